import { connect } from "node:net";

/*
 * One question to a Redis server on 127.0.0.1, over a connection of its own: what it takes to see whether a server is
 * ready, and to tie servers into a cluster.
 */

const answerWithinMs = 5_000;

/**
 * @param {number} port
 * @param {readonly (string | number)[]} words of a command
 * @param {{ password?: string }} [options]
 * @returns {Promise<string>} a simple or bulk answer, an error's text after "-"; an array's first line
 * @throws {Error} when the server cannot be reached
 */
export function ask(port, words, options = {}) {
  const commands = options.password === undefined ? [words] : [["AUTH", options.password], words];
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(commands.map(encoded).join("")));
    let text = "";
    socket.setEncoding("latin1");
    socket.setTimeout(answerWithinMs, () => socket.destroy(new Error("it does not answer")));
    socket.on("data", (/** @type {string} */ part) => {
      text += part;
      const answers = answersIn(text);
      if (answers.length < commands.length) return;
      resolve(answers.at(-1) ?? "");
      socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`port ${port} closed the connection`)));
  });
}

/** @param {readonly (string | number)[]} words */
function encoded(words) {
  const bulks = words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`);
  return `*${words.length}\r\n${bulks.join("")}`;
}

/** The answers that are whole already. @param {string} text */
function answersIn(text) {
  /** @type {string[]} */
  const answers = [];
  for (let at = 0; at < text.length;) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) break;
    const line = text.slice(at, end);
    at = end + 2;
    if (!line.startsWith("$") || line === "$-1") {
      answers.push(line.replace(/^[+:]/, ""));
      continue;
    }
    const length = Number(line.slice(1));
    if (text.length < at + length + 2) break;
    answers.push(text.slice(at, at + length));
    at += length + 2;
  }
  return answers;
}
