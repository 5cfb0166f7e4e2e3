import { openFollowerStore } from "../src/index.ts";

// Opens the directory and holds it until killed; the parent learns how it went from one line.
const [directory = "", chainId = ""] = process.argv.slice(2);
try {
  openFollowerStore({ directory, chainId });
  console.log("holding");
  setInterval(() => undefined, 60_000);
} catch (error) {
  console.log(String(error));
}
