import { runProcess } from "@scrip/process";
import { runnable } from "./process.ts";

await runProcess(runnable);
