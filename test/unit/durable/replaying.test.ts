import { describe, expect, test } from "vitest";
import { durableOn, eager, form, rename, sleep } from "../../support/durable.js";
import { places } from "../../support/worlds.js";

describe.each(places)("replays on %s", (place) => {
  async function world() {
    const opened = await durableOn(place);
    const { application } = opened;
    const heard: string[] = [];
    application.durable.subscribe("names", ["planet-formed", "planet-renamed"], ({ payload }) => heard.push(payload.name), eager);
    const mars = await form(application, "Mars");
    await rename(application, mars, "Ares");
    await sleep(5);
    const middle = new Date();
    await sleep(5);
    const venus = await form(application, "Venus");
    (await application.durable.settled())._unsafeUnwrap();
    expect(heard.splice(0).sort()).toEqual(["Ares", "Mars", "Venus"]);
    return { ...opened, heard, mars, venus, middle, [Symbol.asyncDispose]: opened[Symbol.asyncDispose] };
  }

  test("of everything, from the beginning or a time", async () => {
    await using at = await world();
    const { durable } = at.application;
    expect((await durable.replay({ subscriber: "names", from: "beginning" }))._unsafeUnwrap().events).toBeGreaterThanOrEqual(3);
    (await durable.settled())._unsafeUnwrap();
    expect(at.heard.splice(0).sort()).toEqual(["Ares", "Mars", "Venus"]);
    (await durable.replay({ subscriber: "names", from: { time: at.middle } }))._unsafeUnwrap();
    (await durable.settled())._unsafeUnwrap();
    expect(at.heard).toEqual(["Venus"]);
  });

  test("of one publisher, in order, and of one event", async () => {
    await using at = await world();
    const { durable } = at.application;
    expect((await durable.replay({ subscriber: "names", publisher: { kind: "planet", id: at.mars } }))._unsafeUnwrap()).toEqual({
      events: 2,
    });
    (await durable.settled())._unsafeUnwrap();
    expect(at.heard.splice(0)).toEqual(["Mars", "Ares"]);
    const events: string[] = [];
    durable.subscribe("ids", "planet-renamed", ({ id }) => events.push(id));
    (await durable.settled())._unsafeUnwrap();
    expect((await durable.replay({ subscriber: "names", event: events[0] ?? "" }))._unsafeUnwrap()).toEqual({ events: 1 });
    (await durable.settled())._unsafeUnwrap();
    expect(at.heard).toEqual(["Ares"]);
  });

  test("leave out types that the subscriber does not hear", async () => {
    await using at = await world();
    const { durable } = at.application;
    const heard: string[] = [];
    durable.subscribe("births", "planet-formed", ({ payload }) => heard.push(payload.name));
    (await durable.settled())._unsafeUnwrap();
    expect((await durable.replay({ subscriber: "births", publisher: { kind: "planet", id: at.mars } }))._unsafeUnwrap()).toEqual({
      events: 1,
    });
    (await durable.settled())._unsafeUnwrap();
    expect(heard.filter((name) => name === "Mars")).toHaveLength(2);
    expect(heard).not.toContain("Ares");
  });

  test("say what they cannot do", async () => {
    await using at = await world();
    const { durable } = at.application;
    const code = async (input: unknown): Promise<string> => (await durable.replay(input as never))._unsafeUnwrapErr().code;
    expect(await code({ subscriber: "nobody", from: "beginning" })).toBe("subscriber-unknown");
    for (const wrong of [undefined, {}, { subscriber: "names" }, { subscriber: "names", from: "now" }, { subscriber: "names", event: 1 }]) {
      expect(await code(wrong)).toBe("invalid-argument");
    }
    expect(await code({ subscriber: "names", event: "x", deadLetters: true })).toBe("invalid-argument");
    expect((await durable.replay({ subscriber: "names", event: "no such event" }))._unsafeUnwrap()).toEqual({ events: 0 });
  });
});

describe.each(places)("new subscribers on %s", (place) => {
  test("begin at the beginning, now, or at a time", async () => {
    await using opened = await durableOn(place);
    const { application } = opened;
    await form(application, "Mars");
    await sleep(5);
    const time = new Date();
    await sleep(5);
    await form(application, "Venus");
    const heard: Record<string, string[]> = { first: [], time: [], now: [] };
    application.durable.subscribe("first", "planet-formed", ({ payload }) => heard["first"]?.push(payload.name));
    // Whoever is new gets again what may still be committed beside: here both are known to be complete.
    (await application.durable.settled())._unsafeUnwrap();
    application.durable.subscribe("time", "planet-formed", ({ payload }) => heard["time"]?.push(payload.name), { from: { time } });
    application.durable.subscribe("now", "planet-formed", ({ payload }) => heard["now"]?.push(payload.name), { from: "now" });
    (await application.durable.settled())._unsafeUnwrap();
    await form(application, "Ceres");
    (await application.durable.settled())._unsafeUnwrap();
    expect(heard["first"]?.sort()).toEqual(["Ceres", "Mars", "Venus"]);
    expect(heard["time"]?.sort()).toEqual(["Ceres", "Venus"]);
    expect(heard["now"]).toEqual(["Ceres"]);
  });

  test("that are forgotten begin anew", async () => {
    await using opened = await durableOn(place);
    const { application } = opened;
    const heard: string[] = [];
    application.durable.subscribe("names", "planet-formed", ({ payload }) => heard.push(payload.name));
    await form(application, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    (await application.durable.forget("names"))._unsafeUnwrap();
    expect((await application.durable.status())._unsafeUnwrap()).toEqual([]);
    expect((await application.durable.forget("names"))._unsafeUnwrapErr().code).toBe("subscriber-unknown");
    (await application.durable.settled())._unsafeUnwrap();
    expect(heard).toEqual(["Mars", "Mars"]);
  });
});
