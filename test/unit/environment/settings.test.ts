import { inspect } from "node:util";
import * as mini from "zod/mini";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Application } from "denizen";
import type { Keys, Secret } from "denizen";
import { flag, keyRing, list, secretText, settingsFromEnvironment, webUrl, wholeNumber } from "denizen/environment";
import type { Environment } from "denizen/environment";
import { memory } from "denizen/memory";
import { fastHasher, mailbox } from "denizen/testing";
import { errorOf, problemsOf } from "./problems.js";

const KEY = Buffer.alloc(32, 7);
const schema = z.object({
  DATABASE_URL: secretText(),
  KEYS: keyRing(),
  PUBLIC_URL: webUrl(),
  PORT: wholeNumber({ min: 1, max: 65_535 }).default(8080),
  VERBOSE: flag().optional(),
  ADMINS: list(),
  LOG_LEVEL: z.enum(["debug", "info"]),
});
const environment = {
  DATABASE_URL: "postgres://denizen:hunter2@db.example.com/denizen",
  KEYS: `k1:${KEY.toString("base64")}`,
  PUBLIC_URL: "https://app.example.com/",
  ADMINS: "ada@example.com, grace@example.com",
  LOG_LEVEL: "info",
  PATH: "/usr/bin",
};

describe("settings", () => {
  const settings = settingsFromEnvironment(schema, { ...environment, VERBOSE: "1" });

  test("have the types that the schema gives them", () => {
    expect({ ...settings, DATABASE_URL: settings.DATABASE_URL.reveal(), KEYS: settings.KEYS.current }).toEqual({
      DATABASE_URL: environment.DATABASE_URL,
      KEYS: "k1",
      PUBLIC_URL: "https://app.example.com",
      PORT: 8080,
      VERBOSE: true,
      ADMINS: ["ada@example.com", "grace@example.com"],
      LOG_LEVEL: "info",
    });
    expectTypeOf(settings).toEqualTypeOf<
      Readonly<{
        DATABASE_URL: Secret;
        KEYS: Keys;
        PUBLIC_URL: string;
        PORT: number;
        VERBOSE?: boolean | undefined;
        ADMINS: string[];
        LOG_LEVEL: "debug" | "info";
      }>
    >();
  });

  test("cannot be changed, and have nothing that the schema does not name", () => {
    expect(Object.isFrozen(settings)).toBe(true);
    expect(settings).not.toHaveProperty("PATH");
  });

  test("show no secret, however they are printed", () => {
    const shown = [
      inspect(settings, { depth: 9, showHidden: true }),
      inspect(settings, { depth: 9, customInspect: false }),
      JSON.stringify(settings),
      `${settings.DATABASE_URL} ${settings.KEYS}`,
    ];
    expect(shown[0]).toContain("LOG_LEVEL: 'info'");
    for (const text of shown) {
      expect(text).not.toContain("hunter2");
      expect(text).not.toContain(KEY.toString("base64"));
      expect(text).not.toMatch(/7,\s*7,\s*7/);
    }
  });

  test("wire an application", async () => {
    const post = mailbox();
    const application = new Application({ store: memory(), passwordHasher: fastHasher(), messages: post, keys: settings.KEYS });
    await using uow = application.unitOfWork();
    const user = (await uow.users.create({ name: "Ada", emails: ["ada@example.com"] }))._unsafeUnwrap();
    (await uow.accounts.create({ status: "active", role: "user" }, { id: user.id }))._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    (await application.commands.requestEmailVerification({ email: "ada@example.com" }))._unsafeUnwrap();
    (await application.durable.settled())._unsafeUnwrap();
    const code = post.last({ to: "ada@example.com" })?.code ?? "";
    (await application.commands.verifyEmail({ email: "ada@example.com", code }))._unsafeUnwrap();
  });
});

describe("every problem is told at once, by the name of its variable", () => {
  test("what is missing, and what is empty", () => {
    const { DATABASE_URL: _, ...rest } = environment;
    expect(problemsOf(() => settingsFromEnvironment(schema, { ...rest, ADMINS: "", PORT: "", VERBOSE: "" }))).toEqual([
      "environment: DATABASE_URL is missing: must be a text",
      "environment: ADMINS is missing: must be one or more texts with commas between them",
    ]);
    expect(problemsOf(() => settingsFromEnvironment(schema, {}))).toHaveLength(5);
  });

  test("what is wrong, with what is expected and without what was given", () => {
    const wrong = {
      ...environment,
      KEYS: "k1:c2hvcnQ=",
      PUBLIC_URL: "http://app.example.com",
      PORT: "80800",
      VERBOSE: "yes",
      LOG_LEVEL: "loud",
    };
    const error = errorOf(() => settingsFromEnvironment(schema, wrong));
    expect(error?.problems).toEqual([
      "environment: KEYS: must be id:base64, or several with commas between them, each id once and each key at least 32 bytes",
      "environment: PUBLIC_URL: must be an https: address, or http: of localhost, without user, password, query and fragment",
      "environment: PORT: must be a whole number from 1 to 65535",
      "environment: VERBOSE: must be true, false, 1 or 0",
      'environment: LOG_LEVEL: Invalid option: expected one of "debug"|"info"',
    ]);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/c2hvcnQ|80800|yes|loud|app\.example/);
  });

  test("also inside of a variable, and of several together", () => {
    const inside = z.object({ ADMINS: list().pipe(z.array(z.email())), A: z.string().optional(), B: z.string().optional() });
    const together = inside.refine(({ A, B }) => (A === undefined) === (B === undefined), { error: "A and B belong together" });
    const given = { ADMINS: "ada@example.com,grace", A: "1" };
    expect(problemsOf(() => settingsFromEnvironment(together, given))).toEqual([
      "environment: ADMINS[1]: Invalid email address",
      "environment: A and B belong together",
    ]);
    expect(problemsOf(() => settingsFromEnvironment(together, { ...given, ADMINS: "ada@example.com" }))).toEqual([
      "environment: A and B belong together",
    ]);
  });

  test("a message of the host's that repeats the value is not shown", () => {
    const echo = z.object({ PIN: z.string().refine(() => false, { error: ({ input }) => `${String(input)} is no PIN` }) });
    expect(problemsOf(() => settingsFromEnvironment(echo, { PIN: "hunter2" }))).toEqual(["environment: PIN: it is not what is expected"]);
  });
});

describe("a schema", () => {
  test("of zod/mini does as well, with the same types", () => {
    const small = mini.object({
      KEYS: keyRing(),
      NAME: mini.string(),
      PORT: mini._default(wholeNumber(), 1),
      TOKEN: mini.optional(secretText()),
    });
    const settings = settingsFromEnvironment(small, { KEYS: environment.KEYS, NAME: "denizen" });
    expect([settings.KEYS.current, settings.NAME, settings.PORT, settings.TOKEN]).toEqual(["k1", "denizen", 1, undefined]);
    expectTypeOf(settings.TOKEN).toEqualTypeOf<Secret | undefined>();
    expect(problemsOf(() => settingsFromEnvironment(small, {}))).toHaveLength(2);
  });

  test("of another library does, if it answers at once", () => {
    const standard = (validate: (value: unknown) => unknown): StandardSchemaV1<unknown, { readonly A: string }> => ({
      // What it answers is what is tested.
      "~standard": {
        version: 1,
        vendor: "test",
        validate: validate as StandardSchemaV1<unknown, { readonly A: string }>["~standard"]["validate"],
      },
    });
    expect(
      settingsFromEnvironment(
        standard((value) => ({ value })),
        { A: "1", B: "" },
      ),
    ).toEqual({ A: "1" });
    const issues = [{ message: "is odd", path: [{ key: "A" }] }];
    expect(
      problemsOf(() =>
        settingsFromEnvironment(
          standard(() => ({ issues })),
          { A: "1" },
        ),
      ),
    ).toEqual(["environment: A: is odd"]);
    for (const answer of [
      undefined,
      7,
      { issues: 7 },
      { issues: [undefined] },
      Promise.reject(new Error("hunter2")),
      Promise.resolve({ value: {} }),
    ])
      expect(
        problemsOf(() =>
          settingsFromEnvironment(
            standard(() => answer),
            {},
          ),
        ),
      ).toHaveLength(1);
  });

  test.each<[string, z.ZodType<object>]>([
    ["that throws", z.object({ A: z.string().transform((text): unknown => JSON.parse(text)) })],
    ["that asks somebody else", z.object({ A: z.string().refine(async () => Promise.resolve(true)) })],
  ])("%s is refused, without a word of what it was given", (_, given) => {
    const error = errorOf(() => settingsFromEnvironment(given, { A: "{hunter2" }));
    expect(error?.problems).toEqual(["environment: the schema must answer at once and must not throw: none of its checks is asynchronous"]);
    expect(inspect(error)).not.toContain("hunter2");
  });

  test.each<[string, unknown, unknown]>([
    ["nothing", undefined, {}],
    ["an object", {}, {}],
    ["no environment", schema, undefined],
    [
      "an environment that throws",
      schema,
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("hunter2");
          },
        },
      ),
    ],
  ])("and environment that are %s are a wiring mistake", (_, given, from) => {
    // JavaScript callers pass anything.
    const error = errorOf(() => settingsFromEnvironment(given as typeof schema, from as Environment));
    expect(error?.problems).toHaveLength(1);
    expect(inspect(error)).not.toContain("hunter2");
  });
});
