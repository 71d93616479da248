import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export interface Compiled {
  readonly figures: Readonly<Record<keyof typeof FIGURES | "cpu", number>>;
  /** What the compiler has against the consumer or denizen's declarations. */
  readonly own: readonly string[];
  /** How many things it has against declarations that do not pass by themselves. */
  readonly elsewhere: number;
}

/** Out of `--extendedDiagnostics`, with what makes seconds, megabytes and counts of it. */
const FIGURES = {
  files: ["Files", 1],
  types: ["Types", 1],
  instantiations: ["Instantiations", 1],
  memory: ["Memory used", 1 / 1000],
  check: ["Check time", 1],
  total: ["Total time", 1],
} as const;

// The compiler in its process tells seconds on the clock; CPU time is what other programs on the same cores leave as it is.
const TELL_CPU =
  'data:text/javascript,process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write("CPU: "+(user+system)/1e6)})';

/** One run of `tsc` in a process of its own. */
export async function compile(folder: string, project: string): Promise<Compiled> {
  const tsc = `${process.cwd()}/node_modules/typescript/bin/tsc`;
  const child = spawn(process.execPath, ["--import", TELL_CPU, tsc, "--project", project, "--extendedDiagnostics", "--pretty", "false"], {
    cwd: folder,
  });
  const [said, told] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const find = (label: string, where: string): number => {
    const found = new RegExp(`^${label}:\\s+([\\d.]+)`, "m").exec(where)?.[1];
    if (found === undefined) throw new Error(`tsc has told no ${label}:\n${said}${told}`);
    return Number(found);
  };
  const findings = said.split("\n").filter((line) => line.includes("error TS"));
  const own = findings.filter((line) => !line.includes("node_modules/drizzle-orm/"));
  const figures = Object.entries(FIGURES).map(([name, [label, unit]]) => [name, find(label, said) * unit]);
  return {
    // The names of FIGURES, and one more.
    figures: Object.fromEntries([...figures, ["cpu", find("CPU", told)]]) as Compiled["figures"],
    own,
    elsewhere: findings.length - own.length,
  };
}
