# UpTimer headless: the engine and its loopback interface, as a non-root user, data in a volume.
#   docker build -t uptimer .
#   docker run -d --name uptimer --network host -v uptimer-data:/data -e API_URL=https://example.org/ uptimer
# The interface listens on loopback only: with --network host the printed address opens in a browser of that host.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json electron.vite.config.ts ./
COPY src ./src
RUN npm run build
RUN npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
WORKDIR /app
# DNS look-ups and lake queries share libuv's pool.
ENV NODE_ENV=production UV_THREADPOOL_SIZE=16
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/out ./out
COPY scripts/health-check.mjs ./scripts/
COPY LICENSE ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s CMD ["node", "scripts/health-check.mjs", "--data", "/data"]
ENTRYPOINT ["node", "out/main/headless.js", "--data", "/data"]
