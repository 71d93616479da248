import { attempt } from "denizen";
import { openApplication } from "./application.js";
import { settingsFrom } from "./settings.js";

// `super-admin.ts you@example.com`: for whoever runs the system. No request can do this.
const [email = ""] = process.argv.slice(2);
await using application = await openApplication(settingsFrom(process.env));
const granted = await attempt(async function* () {
  await using users = application.users();
  const { id } = yield* users.read({ email });
  return await application.bootstrap.grant({ id, role: "super-admin" });
});
if (granted.isOk()) console.log(`${email} is a super admin.`);
else {
  console.error(`Nothing was changed: ${granted.error.message}`);
  process.exitCode = 1;
}
