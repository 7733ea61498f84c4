# The server with its pages and the sample clip: what `npm start` runs, without what it is built with.

# ── what both stages begin with ──────────────────────────────────────────────────────────────────────────────────────
FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
ENV CI=true
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .npmrc ./
COPY shared/package.json shared/
COPY server/package.json server/
COPY web/package.json web/
COPY e2e/package.json e2e/

# ── build ────────────────────────────────────────────────────────────────────────────────────────────────────────────
FROM packages AS build
RUN npx -y pnpm@10.34.9 install --frozen-lockfile
COPY tsconfig.json tsconfig.base.json ./
COPY scripts/prepare.mjs scripts/
COPY shared shared
COPY server server
COPY web web
RUN node --input-type=module --eval "await (await import('/app/scripts/prepare.mjs')).ensureBuilt()"

# ── the packages that run ────────────────────────────────────────────────────────────────────────────────────────────
FROM packages AS production
RUN npx -y pnpm@10.34.9 install --frozen-lockfile --prod --filter @cowatch/server...

# ── the image ────────────────────────────────────────────────────────────────────────────────────────────────────────
FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production \
    PORT=3000 \
    DATA_DIR=/data
WORKDIR /app
RUN install -d -o node -g node -m 700 /data /data/pages
COPY --from=production /app ./
COPY server/migrations server/migrations
COPY server/media server/media
COPY --from=build /app/shared/dist shared/dist
COPY --from=build /app/server/dist server/dist
COPY --from=build /app/web/dist web/dist
USER node
VOLUME /data
EXPOSE 3000
# Whether the process lives. Whether it should be sent people is what /readyz says, and what load balancers ask.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "server/dist/main.js"]
