// Preloaded into the processes of an app: they end when the launcher is gone, however it went.
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
