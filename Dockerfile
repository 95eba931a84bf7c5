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
RUN pip install -c constraints.txt .
RUN summarizer models pull

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 summarizer
COPY --from=build /opt/summarizer /opt/summarizer
COPY --from=build --chown=summarizer /opt/weights /opt/weights
ENV PATH=/opt/summarizer/bin:$PATH SUMMARIZER_CACHE_DIR=/opt/weights SUMMARIZER_OFFLINE=1
USER summarizer
WORKDIR /home/summarizer
HEALTHCHECK --interval=30s --timeout=20s --start-period=10s \
    CMD echo "The ferry reached the harbour on Tuesday." | summarizer summarize - --model extractive --key-points 0 || exit 1
ENTRYPOINT ["summarizer"]
CMD ["--help"]
