// A release that was packed without one of its files: it ends while it starts.
console.error("Error: Cannot find module './routes.mjs' imported from releases/4.0.0/server.mjs");
process.exit(1);
