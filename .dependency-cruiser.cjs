/** The arrows: who may import whom. Anything not listed fails the build. */
const pkg = (name) => `^shared/${name}/`;
const shared = {
  domain: [],
  "merkle-log": [],
  "state-map": [],
  wire: ["domain"],
  signing: ["merkle-log"],
  ports: ["domain", "wire"],
  "ledger-state": ["domain", "wire", "merkle-log", "state-map", "signing"],
  application: ["domain", "ports", "wire", "merkle-log"],
  client: ["wire", "merkle-log", "state-map", "signing"],
  "service-kit": ["ports", "domain"],
  testing: ["ports", "domain", "wire", "application", "merkle-log", "signing"],
};
/** npm packages a shared package may import in src. */
const drivers = {
  domain: [],
  "merkle-log": ["@noble/hashes"],
  "state-map": ["@noble/hashes"],
  wire: ["ajv"],
  signing: ["@noble/curves"],
  ports: [],
  "ledger-state": [],
  application: [],
  client: [],
  "service-kit": [
    "fastify",
    "tsyringe",
    "reflect-metadata",
    "pino",
    "prom-client",
    "close-with-grace",
    "@fastify/swagger",
  ],
  testing: ["fast-check", "vitest"],
};
/** node:* built-ins; an empty list is a pure package. `null` means any. */
const builtins = {
  domain: [],
  "merkle-log": [],
  "state-map": [],
  wire: [],
  ports: [],
  "ledger-state": [],
  client: [],
  signing: ["crypto", "fs", "fs/promises", "path"],
  application: null,
  "service-kit": null,
  testing: null,
};
const adapters = {
  "card-store-lmdb": ["lmdb"],
  "follower-store-lmdb": ["lmdb"],
  "vault-lmdb": ["lmdb"],
  "event-log-embedded": [],
  "ledger-embedded": [],
  system: [],
};
const ledgerExtras = ["ledger-state", "merkle-log", "state-map", "signing"];
const adapterMay = (name) => [
  "ports",
  "domain",
  "wire",
  ...(name.startsWith("ledger-") ? ledgerExtras : []),
  ...(name === "system" ? ["signing"] : []),
];
const anyOf = (names) => names.map(pkg).concat(names.map((n) => `^@scrip/${n}$`));
const npmOf = (names) => names.map((n) => `node_modules/${n}/`);
const services = ["issuance", "binding", "write-off", "query", "relay", "chain-writer", "cli", "all"];

const arrow = (name, folder, allowed) => ({
  name,
  severity: "error",
  from: { path: `^${folder}/src/` },
  to: { pathNot: [`^${folder}/`, ...allowed] },
});

module.exports = {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    { name: "resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "one-door",
      comment: "A package is entered by src/index.ts (or another export it declares).",
      severity: "error",
      from: { path: "^(shared(?:/adapters)?|services)/([^/]+)/" },
      to: {
        path: "^(shared(?:/adapters)?|services)/[^/]+/src/",
        pathNot: ["^$1/$2/", "/src/(index|browser|suites)\\.ts$"],
      },
    },
    ...Object.keys(shared).map((n) =>
      arrow(`arrows-${n}`, `shared/${n}`, [
        ...anyOf(shared[n]),
        ...npmOf(drivers[n]),
        ...(builtins[n] === null ? ["^node:", "^[a-z_/]+$"] : builtins[n].map((b) => `^(node:)?${b}$`)),
      ]),
    ),
    ...Object.keys(adapters).map((n) =>
      arrow(`arrows-${n}`, `shared/adapters/${n}`, [
        ...anyOf(adapterMay(n)),
        ...npmOf(adapters[n]),
        "^(node:)?[a-z_]+(/[a-z_]+)?$",
      ]),
    ),
    ...services.map((n) => ({
      name: `arrows-service-${n}`,
      comment: "Never another service; services/all alone composes the others.",
      severity: "error",
      from: { path: `^services/${n}/` },
      to: { path: n === "all" ? "^services/(cli)/" : `^services/(?!${n}/)` },
    })),
    {
      name: "only-container-names-adapters",
      severity: "error",
      from: { path: "^services/[^/]+/src/", pathNot: "/container\\.ts$" },
      to: { path: "^shared/adapters/" },
    },
    {
      name: "no-tests-in-src",
      severity: "error",
      from: { path: "/src/", pathNot: "^shared/testing/" },
      to: { path: "(^shared/testing/|/test/)" },
    },
  ],
  options: {
    parser: "swc",
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: ["node_modules", "dist"] },
    exclude: { path: ["dist/", "coverage/"] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["source", "import", "node", "default"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};
