import { fork } from "node:child_process";
import { once } from "node:events";
import { Application, attempt, ok } from "denizen";
import { argon2 } from "denizen/argon2";
import { forward } from "denizen/cloudevents";
import { memory } from "denizen/memory";
import { nats } from "denizen/nats";
import { openDatabase } from "./support/open-database.js";
import { chapter, tell } from "./support/story.js";

// In memory, or with `--postgres` on a real database: the story is the same. With `--nats nats://127.0.0.1:4222` it goes on elsewhere.
await using database = process.argv.includes("--postgres") ? await openDatabase() : undefined;
const broker = process.argv[process.argv.indexOf("--nats") + 1];

await using application = new Application({ store: database?.store ?? memory(), passwordHasher: argon2(), onError: () => undefined });
const { commands, durable } = application;

// After the commit, in whichever process has a worker, until it is done. What is slow or fails is nobody's business who signs up.
const outbox: string[] = [];
let crashes = 2;
durable.subscribe(
  "welcome-mail",
  "user-created",
  (event, { attempt: tries, idempotencyKey }) => {
    if (crashes-- > 0) throw new Error("the mail server hangs up");
    // A mail service that knows the key sends it once, however often it is told to.
    outbox.push(idempotencyKey);
    tell(`try ${tries}: welcome, ${event.payload.name?.display}`);
  },
  { backOff: { first: 50 } },
);

chapter("A mail server that crashes");
const signedUp = await commands.signUp({ name: "Ada Lovelace", emails: ["ada@example.com"], password: "correct horse battery staple" });
const ada = signedUp.isOk() && signedUp.value.status === "signed-in" ? signedUp.value.userId : "";
tell(`Ada has signed up: ${signedUp.isOk()}; mails sent so far: ${outbox.length}`);
{
  await using worker = application.worker({ stopOn: ["SIGTERM"] });
  await until(() => outbox.length === 1);
  await worker.stop();
}

chapter("A dead letter");
let full = true;
const told: string[] = [];
durable.subscribe(
  "newsletter",
  ["email-added", "email-removed"],
  (event) => {
    if (full && event.type === "email-added") throw new Error("the newsletter is full");
    told.push(event.type);
  },
  { attempts: 2, backOff: { first: 10 } },
);
{
  const changed = await attempt(async function* () {
    await using users = application.users();
    const user = yield* users.read({ email: "ada@example.com" });
    yield* user.addEmail("ada@example.org");
    yield* user.removeEmail("ada@example.org");
    yield* users.save(user);
    yield* durable.settled();
    const { items } = yield* durable.deadLetters();
    for (const { subscriber, event, attempts, error, behind } of items) {
      tell(`${subscriber} gave up ${event.type} after ${attempts} tries: ${error.message}; behind it wait ${behind}`);
    }
    full = false;
    const replayed = yield* durable.replay({ subscriber: "newsletter", deadLetters: true });
    yield* durable.settled();
    return ok(`replayed: ${replayed.events}; then it heard ${told.join(", ")}`);
  });
  tell(changed.isOk() ? changed.value : changed.error.code);
}

chapter("The history of one user");
{
  const story = await attempt(async function* () {
    const session = yield* commands.logIn({ email: "ada@example.com", password: "correct horse battery staple" });
    const actor = yield* application.authenticate("accessToken" in session ? session.accessToken : "");
    yield* application.as(actor).commands.setUsername({ username: "ada" });
    const page = yield* application.as(actor).queries.history({ user: ada, limit: 5 });
    for (const { type, metadata } of page.items) tell(`- ${type}, by ${metadata.actor === `user:${ada}` ? "herself" : metadata.actor}`);
    await using uow = application.unitOfWork();
    const then = yield* uow.users.asOf(ada, { version: 2 });
    const now = yield* uow.users.get(ada);
    return ok(
      `at version 2 she had ${then.emails.length} e-mail and ${then.credentials.length} credentials, at ${now.version} ${now.credentials.length}`,
    );
  });
  tell(story.isOk() ? story.value : story.error.code);
}

if (broker !== undefined && process.argv.includes("--nats")) {
  chapter("The same events, in another process");
  const stream = `denizen-example-${process.pid}`;
  await using publisher = nats({ servers: broker, stream, subject: stream, ensureStream: true });
  durable.subscribe("to-nats", "*", forward(publisher, { source: "https://users.example.com" }));
  const forwarded = await durable.settled();
  if (forwarded.isErr()) tell(forwarded.error.code);

  // Another service: it has the official packages of CloudEvents and NATS, and nothing of denizen's.
  const service = fork(new URL("./support/other-service.ts", import.meta.url), [broker, stream], { execArgv: ["--import", "tsx"] });
  service.on("message", (line) => tell(typeof line === "string" ? line : "?"));
  await once(service, "exit");
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
