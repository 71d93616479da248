import { attempt, ok } from "denizen";
import { listen, stopped } from "../support/web/listen.js";
import { openApplication } from "./application.js";
import { http } from "./http.js";
import { settingsFrom } from "./settings.js";
import { RegisterWorker } from "./workers.js";

const { PORT: port, HOST: host, ...settings } = settingsFrom(process.env);
// From here on: whoever starts it may end it before it listens.
const asked = stopped();
await using application = await openApplication(settings);
const counted = await attempt(async function* () {
  await using uow = application.unitOfWork();
  const { user } = new RegisterWorker(uow);
  return ok({ users: yield* user.count(), active: yield* user.countActiveUsers() });
});
if (counted.isErr()) throw new Error(counted.error.message);
console.log(`users: ${counted.value.users}, active: ${counted.value.active}`);

await using server = await listen(http(application), { port, host });
console.log(`listening on ${server.url}`);
await asked;
