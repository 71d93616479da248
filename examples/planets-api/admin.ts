import { attempt, ok, systemActor } from "denizen";
import { openApp } from "./application.js";
import { openMailer } from "./mailer.js";
import { settingsFrom } from "./settings.js";

// `admin.ts ada@example.com`: makes an administrator of somebody who has signed up. For whoever runs the server, behind no request.
const [email = ""] = process.argv.slice(2);
const settings = settingsFrom(process.env);
await using mailer = openMailer(settings);
await using app = await openApp(settings, mailer);
const granted = await attempt(async function* () {
  await using users = app.application.users();
  const { id } = yield* users.read({ email });
  const command = yield* systemActor("admin-command");
  yield* app.application.as(command).commands.grantRole({ id, role: "admin" });
  return ok();
});
if (granted.isErr()) throw new Error(granted.error.message);
console.log(`${email} is an administrator.`);
