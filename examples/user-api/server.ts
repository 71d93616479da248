import { listen, stopped } from "../support/web/listen.js";
import { openApplication } from "./application.js";
import { http } from "./http.js";
import { settingsFrom } from "./settings.js";

const { PORT: port, HOST: host, ...settings } = settingsFrom(process.env);
await using application = await openApplication(settings);
await using server = await listen(http(application), { port, host });
console.log(`listening on ${server.url}`);
await stopped();
