import { eq } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { Application, Users, attempt, domainError, err, ok } from "denizen";
import { argon2 } from "denizen/argon2";
import { migrate, postgres } from "denizen/drizzle";
import { memory } from "denizen/memory";
import { createDatabase, startPostgres } from "./support/postgres.js";
import { chapter, tell } from "./support/story.js";

chapter("In memory");
{
  await using application = new Application({ store: memory(), passwordHasher: argon2() });

  // After the commit, in this process.
  application.bus.subscribe("email-added", (event) => tell(`after the commit: welcome, user ${event.publisher.id}`));

  // One unit of work. Nothing is written before `save`, which writes everything or nothing.
  const created = await attempt(async function* () {
    await using users = new Users({ bind: application });
    const user = yield* users.create({ name: "John Doe" });
    yield* user.setPassword("correct horse battery staple");
    yield* user.addEmail("john@doe.com");
    yield* users.save(user);
    return ok(user.id);
  });
  tell(`John Doe is created: ${created.isOk()}`);

  // Another one: he is found again, proves who he is, and his password is nowhere to be seen.
  const proved = await attempt(async function* () {
    await using users = application.users();
    const user = yield* users.read({ name: "John Doe" });
    tell(`his password prints as ${user.password}`);
    const wrong = await user.verify({ password: "Correct Horse Battery Staple" });
    tell(`a wrong password: ${wrong.isErr() ? wrong.error.code : "accepted?!"}`);
    const verified = yield* user.verify({ password: "correct horse battery staple" });
    return ok(verified.method);
  });
  tell(`the right one: ${proved.isOk() ? `proved by ${proved.value}` : proved.error.code}`);
}

chapter("On PostgreSQL, with a table of the application's own");
{
  const phoneAudit = pgTable("phone_audit", { phone: text().notNull(), userId: text("user_id").notNull() });

  await using server = await startPostgres();
  await using database = await createDatabase(server.url);
  const store = await postgres(database.url);
  await store.database.execute(`create table if not exists phone_audit (phone text not null, user_id text not null)`);

  const migrated = await migrate(store.database);
  tell(`migrated: ${migrated.isOk() ? migrated.value.join(", ") || "nothing to do" : migrated.error.message}`);

  await using application = new Application({ store, passwordHasher: argon2() });
  application.bus.subscribe("email-added", (event) => tell(`after the commit: welcome, user ${event.publisher.id}`));

  // Inside the transaction: the audit row is written in the commit that adds the phone, or not at all.
  application.inTransaction.subscribe("phone-added", (event, { tx }) =>
    tx.insert(phoneAudit).values({ phone: event.payload.phone, userId: event.publisher.id }),
  );

  const created = await attempt(async function* () {
    await using users = application.users();
    const user = yield* users.create({ name: "John Doe", emails: ["john@doe.com"], phones: ["+34 600 123 456"] });
    yield* users.save(user);
    return ok(user.id);
  });
  const audited = await store.database
    .select()
    .from(phoneAudit)
    .where(eq(phoneAudit.userId, created.unwrapOr("")));
  tell(`John Doe is created: ${created.isOk()}; audit rows: ${audited.map(({ phone }) => phone).join(", ")}`);

  // A subscriber that says no: everything is rolled back, also the audit row that another one has just written.
  const vetoed = await attempt(async function* () {
    await using users = new Users({ bind: application });
    users.subscribe("email-added", () => err(domainError("mailbox-full", "the e-mail had a problem")));
    const user = yield* users.create({ name: "Jhony", phones: ["+34 600 654 321"], emails: ["jhony@test.com"] });
    yield* users.save(user);
    return ok(user.id);
  });
  tell(`Jhony is refused: ${vetoed.isErr() && vetoed.error.code === "vetoed" ? `vetoed, ${vetoed.error.reason.code}` : "he is not?!"}`);
  await using users = application.users();
  const read = await users.read({ email: "jhony@test.com" });
  const rows = await store.database.select().from(phoneAudit).where(eq(phoneAudit.phone, "+34600654321"));
  tell(`and nothing of him is left: ${read.isErr() ? read.error.code : "a user?!"}, audit rows: ${rows.length}`);
}
