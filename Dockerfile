# The same install lines as the README; the default model is pulled at build time, so the image runs with no network.
FROM python:3.12-slim AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/summarizer
ENV PATH=/opt/summarizer/bin:$PATH SUMMARIZER_CACHE_DIR=/opt/weights
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY summarizer summarizer
COPY api api
COPY eval eval
RUN pip install -c constraints.txt '.[serve]'
RUN summarizer models pull

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 summarizer
COPY --from=build /opt/summarizer /opt/summarizer
COPY --from=build --chown=summarizer /opt/weights /opt/weights
ENV PATH=/opt/summarizer/bin:$PATH SUMMARIZER_CACHE_DIR=/opt/weights SUMMARIZER_OFFLINE=1
USER summarizer
WORKDIR /home/summarizer
RUN mkdir jobs
ENV SUMMARIZER_JOBS_URL=sqlite:////home/summarizer/jobs/jobs.sqlite
VOLUME /home/summarizer/jobs
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)" || exit 1
ENTRYPOINT ["summarizer"]
CMD ["serve", "--host", "0.0.0.0"]
