import { describe, expectTypeOf, test } from "vitest";
import { Application } from "denizen";
import type { Email } from "denizen";
import { memory } from "denizen/memory";
import { planets } from "../support/planets.js";
import type { Planet } from "../support/planets.js";

const application = new Application({ store: memory(), aggregates: { planets } });
const { durable } = application;

/** What is looked at by the compiler and never run. */
const never = (_: () => unknown): void => undefined;

describe("durable subscribers, as the compiler sees them", () => {
  test("hear events of the types that they name, the host's and the guards' among them", () => {
    never(() =>
      durable.subscribe("one", "planet-renamed", (event) => {
        expectTypeOf(event.type).toEqualTypeOf<"planet-renamed">();
        expectTypeOf(event.payload.name).toEqualTypeOf<string>();
      }),
    );
    never(() =>
      durable.subscribe("two", ["planet-renamed", "log-in-failed"], (event) => {
        expectTypeOf(event.type).toEqualTypeOf<"planet-renamed" | "log-in-failed">();
        if (event.type === "planet-renamed") expectTypeOf(event.payload.name).toEqualTypeOf<string>();
      }),
    );
    never(() =>
      durable.subscribe("all", "*", (event) => {
        if (event.type === "session-revoked") expectTypeOf(event.payload.cause).toEqualTypeOf<"logged-out" | "revoked" | "replayed">();
      }),
    );
    // @ts-expect-error nobody publishes that
    never(() => durable.subscribe("none", "planet-exploded", () => undefined));
    // @ts-expect-error one of them is published by nobody
    never(() => durable.subscribe("none", ["planet-renamed", "planet-exploded"], () => undefined));
  });

  test("are told that personal fields may be gone", () => {
    never(() =>
      durable.subscribe("mail", "email-added", ({ payload }) => {
        expectTypeOf(payload.email).toEqualTypeOf<Email | undefined>();
        expectTypeOf(payload.primary).toEqualTypeOf<boolean>();
      }),
    );
  });

  test("have a unit of work with the application's own aggregates", () => {
    never(() =>
      durable.subscribe("moons", "planet-formed", async (event, delivery) => {
        await using uow = delivery.unitOfWork();
        const planet = await uow.planets.get(event.publisher.id);
        if (planet.isOk()) expectTypeOf(planet.value).toEqualTypeOf<Planet>();
        return await uow.commit();
      }),
    );
  });

  test("are replayed by exactly one selection", () => {
    never(() => durable.replay({ subscriber: "mail", from: { time: new Date(0) } }));
    never(() => durable.replay({ subscriber: "mail", publisher: { kind: "user", id: "1" } }));
    // @ts-expect-error from now on there is nothing to replay
    never(() => durable.replay({ subscriber: "mail", from: "now" }));
    // @ts-expect-error nothing is selected
    never(() => durable.replay({ subscriber: "mail" }));
  });

  test("what cannot be done has closed unions", () => {
    never(async () => {
      const settled = await durable.settled();
      if (settled.isOk()) return expectTypeOf(settled.value).toEqualTypeOf<{ readonly deadLetters: number }>();
      // @ts-expect-error the union is closed
      return settled.error.code === "email-taken";
    });
  });
});
