import { Application, attempt, ok } from "denizen";
import { postgres } from "denizen/drizzle";

/** A process that creates and changes users until it is killed, and says what was acknowledged, a line each. */
const [url = "", name = ""] = process.argv.slice(2);
const store = await postgres(url, { connections: 4 });
const application = new Application({ store });

async function work(lane: number): Promise<void> {
  for (let turn = 0; ; turn++) {
    const created = await attempt(async function* () {
      await using users = application.users();
      const user = yield* users.create({ name, emails: [`${name}-${lane}-${turn}@example.com`] });
      yield* users.save(user);
      yield* user.rename(`${name} ${turn}`);
      yield* user.addPhone(`+3460${String(Number(name.replace(/\D/g, "")) * 100_000 + lane * 20_000 + turn).padStart(8, "0")}`);
      yield* users.save(user);
      return ok(user.id);
    });
    if (created.isOk()) process.stdout.write(`${created.value}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(work));
