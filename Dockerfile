# docker build -t calconform .
# docker run --rm --network host -v "$PWD:/work" --user "$(id -u):$(id -g)" calconform run --target target.toml
FROM rust:1.95-slim AS build
WORKDIR /build
COPY . .
RUN cargo install --locked --path . --root /out

FROM debian:stable-slim
# The certificates that https:// is checked with.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/bin/calconform /usr/local/bin/calconform
WORKDIR /work
ENTRYPOINT ["calconform"]
