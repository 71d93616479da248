/** Settings over their defaults. One that is there and undefined is one that is left out. */
export const withDefaults = <Settings extends object>(defaults: Settings, given: Partial<Settings> | undefined): Settings => ({
  ...defaults,
  // What is left after that has the types of `Settings`: `Partial` allows undefined and nothing else.
  ...(Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined)) as Partial<Settings>),
});
