FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package here needs its install script, and an image should not run them unread.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/copy-assets.mjs scripts/
COPY src src
RUN npm run build && npm ci --ignore-scripts --omit=dev

FROM node:20-slim AS runtime
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# Where the local_process driver keeps pids, logs and unpacked releases.
RUN mkdir .signalbox && chown node:node .signalbox
USER node
EXPOSE 7300
# Redis answers and the configuration loads; docker-compose.yml asks the server more.
HEALTHCHECK --interval=15s --timeout=10s --start-period=15s --retries=3 \
  CMD ["node", "dist/app/cli.main.js", "status", "--json"]
ENTRYPOINT ["node", "dist/app/cli.main.js"]
CMD ["worker"]
