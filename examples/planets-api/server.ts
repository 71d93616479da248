import { listen, stopped } from "../support/web/listen.js";
import { openApp } from "./application.js";
import { http } from "./http.js";
import { openMailer } from "./mailer.js";
import { settingsFrom } from "./settings.js";

const settings = settingsFrom(process.env);
const asked = stopped();
await using mailer = openMailer(settings);
await using app = await openApp(settings, mailer);
// Mails are sent from this very process: one thing to run. Several servers share them, each is sent by one.
await using _worker = app.application.worker();
await using server = await listen(http(app), { port: settings.PORT, host: settings.HOST });
console.log(`listening on ${server.url}`);
await asked;
