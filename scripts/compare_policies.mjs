// Asks @cloud-copilot/iam-simulate for its verdicts: simulations in on standard input, verdicts out.
import { readFileSync } from "node:fs";
import { runSimulation } from "@cloud-copilot/iam-simulate";

const verdicts = [];
for (const simulation of JSON.parse(readFileSync(0, "utf8"))) {
  const answer = await runSimulation(simulation, {});
  verdicts.push(answer.overallResult ?? `refused: ${JSON.stringify(answer.errors)}`);
}
console.log(JSON.stringify(verdicts));
