import type { Setting } from "@scrip/service-kit";

/** Where a server is, as one setting says it: `scheme://host:port,host:port/database`. */
export interface Address {
  readonly scheme: string;
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** Null where none is named. */
  readonly database: number | null;
}

const portMax = 65_535;

/** An address of one of these schemes. Without `otherwise` it must be set. No secret belongs into it: it is printed. */
export function address(
  name: string,
  schemes: readonly string[],
  options: { readonly otherwise?: string } = {},
): Setting<Address> {
  return (env, faults) => {
    const value = env[name] || options.otherwise;
    if (value === undefined) {
      faults.push(`${name} is not set`);
      return nowhere;
    }
    const found = parsed(value);
    if (found !== undefined && schemes.includes(found.scheme)) return found;
    const forms = schemes.map((scheme) => `${scheme}://HOST:PORT`).join(" or ");
    faults.push(`${name} must be ${forms}`);
    return nowhere;
  };
}

/** Takes the place of what is wrong until all faults are told. */
const nowhere: Address = { scheme: "", hosts: [], database: null };

function parsed(value: string): Address | undefined {
  const [, scheme = "", list = "", database] =
    /^([a-z][a-z-]*):\/\/([^/@\s]+)(?:\/(\d{1,4}))?$/.exec(value) ?? [];
  const hosts = list.split(",").map((one) => {
    const [, host = "", port = ""] = /^([A-Za-z0-9.-]+|\[[0-9a-f:]+\]):(\d{1,5})$/.exec(one) ?? [];
    return { host, port: Number(port) };
  });
  if (scheme === "" || !hosts.every(({ port }) => port > 0 && port <= portMax)) return undefined;
  return { scheme, hosts, database: database === undefined ? null : Number(database) };
}

/** The address as a URL again. */
export const urlOf = ({ scheme, hosts }: Address): string =>
  `${scheme}://${hosts.map(({ host, port }) => `${host}:${port}`).join(",")}`;
