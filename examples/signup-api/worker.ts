import { stopped } from "../support/web/listen.js";
import { openApplication } from "./application.js";
import { messengerFor } from "./messenger.js";
import { settingsFrom } from "./settings.js";

// As many of these as one likes, on as many machines: they share the work.
const settings = settingsFrom(process.env);
const asked = stopped();
await using messenger = messengerFor(settings);
await using application = await openApplication(settings, messenger);
await using _worker = application.worker();
console.log("sending mails and texts");
await asked;
