import { listen, stopped } from "../support/web/listen.js";
import { openApplication } from "./application.js";
import { http } from "./http.js";
import { settingsFrom } from "./settings.js";

// It answers requests and sends nothing: that is the worker's.
const settings = settingsFrom(process.env);
const asked = stopped();
await using application = await openApplication(settings);
await using server = await listen(http(application), { port: settings.PORT, host: settings.HOST });
console.log(`listening on ${server.url}`);
await asked;
