import { describe, expect, it } from "vitest";
import { ConfigError, flag, oneOf, optionalText, readConfig, text, whole } from "../src/index.ts";

const settings = {
  port: whole("PORT", { min: 0, max: 65_535, otherwise: 8080 }),
  folder: text("FOLDER"),
  name: text("NAME", { otherwise: "scrip" }),
  peer: optionalText("PEER"),
  level: oneOf("LEVEL", ["info", "debug"], { otherwise: "info" }),
  walk: flag("WALK", { otherwise: true }),
};

describe("readConfig", () => {
  it("fills in what is not set", () => {
    expect(readConfig({ FOLDER: "data", NAME: "" }, settings)).toEqual({
      port: 8080,
      folder: "data",
      name: "scrip",
      peer: null,
      level: "info",
      walk: true,
    });
  });

  it("takes what is set", () => {
    const env = { PORT: "0", FOLDER: "f", NAME: "n", PEER: "p", LEVEL: "debug", WALK: "false" };
    const config: { port: number; level: "info" | "debug"; peer: string | null } = readConfig(
      env,
      settings,
    );
    expect(config).toEqual({
      port: 0,
      folder: "f",
      name: "n",
      peer: "p",
      level: "debug",
      walk: false,
    });
  });

  it("reports every fault at once", () => {
    const read = () => readConfig({ PORT: "80a", LEVEL: "loud", WALK: "yes" }, settings);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(
      expect.objectContaining({
        faults: [
          "PORT must be a whole number from 0 to 65535",
          "FOLDER is not set",
          "LEVEL must be one of info, debug",
          "WALK must be one of true, false",
        ],
      }),
    );
  });

  it.each(["-1", "65536", "1e3", "0x10", "8080.0", " 80", "99999999999999999999"])(
    "PORT=%s is a fault",
    (PORT) => {
      expect(() => readConfig({ FOLDER: "f", PORT }, settings)).toThrow(
        "PORT must be a whole number from 0 to 65535",
      );
    },
  );
});
