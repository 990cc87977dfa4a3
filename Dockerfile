# An environment of this repository as an image: made by the harness itself, from the environment's lock.
#
#   harness env create base@image          builds this with all that it needs (docs/images.md)
#   docker build --build-arg NAME=base .   does too, but for the labels
#
# Nothing here needs more than the classic builder of any Docker or Podman.

# An index of several architectures; docs/images.md says who attests the digest.
ARG BASE_IMAGE=python:3.12.14-slim-bookworm@sha256:782412e85d0f0984994c290652577d4018aff08145c85b262bb63dc0c7522254

FROM ${BASE_IMAGE} AS build
# Whatever is left of this stage is known by it, and removed after a later build.
LABEL scaling-harness.stage=build
# Where packages come from, in pip's words; the last stage never hears of it.
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
ARG PIP_DEFAULT_TIMEOUT=60
WORKDIR /build
# Brackets, because a pattern may fit nothing: there need be no certificates, and no mirror.
COPY Dockerfile ca-bundle.cr[t] ./
COPY Dockerfile mirro[r] mirror/
COPY envs/driver.lock.txt envs/
RUN if [ -f ca-bundle.crt ]; then export PIP_CERT=/build/ca-bundle.crt; fi; \
    if [ -d mirror/wheels ]; then export PIP_NO_INDEX=1 PIP_FIND_LINKS=/build/mirror/wheels; fi; \
    python3 -m venv driver && \
    driver/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir \
        --only-binary :all: --require-hashes -r envs/driver.lock.txt
COPY harness harness/
COPY harness_probe harness_probe/
ARG NAME=base
COPY envs/${NAME}.lock.txt envs/
RUN if [ -f ca-bundle.crt ]; then export SSL_CERT_FILE=/build/ca-bundle.crt; fi; \
    if [ -d mirror/wheels ]; then mirror="--mirror /build/mirror"; fi; \
    driver/bin/python -c "from harness.cli import main; main()" \
        env create "${NAME}@wheels" --prefix /opt/harness/env ${mirror}

FROM ${BASE_IMAGE}
COPY --from=build /opt/harness/env /opt/harness/env
ENV PATH=/opt/harness/env/bin:${PATH}
USER 65532:65532
ENTRYPOINT ["/opt/harness/env/bin/python"]
# The labels come last: what has them is complete.
ARG BASE_IMAGE
ARG NAME=base
ARG LOCK_DIGEST
ARG MACHINE
ARG RECIPE
ARG COMMIT
ARG VERSION
LABEL scaling-harness.environment="${NAME}" \
      scaling-harness.lock="${LOCK_DIGEST}" \
      scaling-harness.machine="${MACHINE}" \
      scaling-harness.recipe="${RECIPE}" \
      scaling-harness.version="${VERSION}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}" \
      org.opencontainers.image.revision="${COMMIT}"
