/** Reads one setting; what is missing or wrong is said in `faults`. */
export type Setting<T> = (env: Environment, faults: string[]) => T;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that is wrong with the environment, at once. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`configuration:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/**
 * Configuration as a pure function of the environment:
 * `readConfig(process.env, { port: whole("SCRIP_PORT", { min: 0, max: 65_535, otherwise: 8080 }) })`.
 * @throws ConfigError naming every fault.
 */
export function readConfig<T extends object>(
  env: Environment,
  settings: { [K in keyof T]: Setting<T[K]> },
): T {
  const faults: string[] = [];
  const config: Partial<T> = {};
  for (const name of Object.keys(settings) as (keyof T)[])
    config[name] = settings[name](env, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return config as T;
}

/** A text that is not empty. Without `otherwise` it must be set. */
export function text(name: string, options: { readonly otherwise?: string } = {}): Setting<string> {
  return (env, faults) => set(env, name) ?? options.otherwise ?? missing(name, faults, "");
}

/** A text, or null when it is not set. */
export const optionalText =
  (name: string): Setting<string | null> =>
  (env) =>
    set(env, name) ?? null;

/** A whole number between `min` and `max`, both included. */
export function whole(
  name: string,
  {
    min,
    max,
    otherwise,
  }: { readonly min: number; readonly max: number; readonly otherwise?: number },
): Setting<number> {
  return (env, faults) => {
    const value = set(env, name);
    if (value === undefined) return otherwise ?? missing(name, faults, min);
    const number = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    faults.push(`${name} must be a whole number from ${min} to ${max}`);
    return min;
  };
}

/** One of the given words. */
export function oneOf<const W extends string>(
  name: string,
  words: readonly [W, ...W[]],
  options: { readonly otherwise?: NoInfer<W> } = {},
): Setting<W> {
  return (env, faults) => {
    const value = set(env, name);
    if (value === undefined) return options.otherwise ?? missing(name, faults, words[0]);
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) faults.push(`${name} must be one of ${words.join(", ")}`);
    return word ?? words[0];
  };
}

/** `true` or `false`, and nothing else. */
export function flag(
  name: string,
  { otherwise }: { readonly otherwise: boolean },
): Setting<boolean> {
  const word = oneOf(name, ["true", "false"], { otherwise: otherwise ? "true" : "false" });
  return (env, faults) => word(env, faults) === "true";
}

function set(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === "" ? undefined : value;
}

function missing<T>(name: string, faults: string[], placeholder: T): T {
  faults.push(`${name} is not set`);
  return placeholder;
}
