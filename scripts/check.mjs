import { spawn } from 'node:child_process';

/**
 * What `npm test` checks before any test: all at once, as each by itself leaves a
 * processor idle. A command's output is printed when it has ended.
 */
const COMMANDS = ['format:check', 'lint', 'typecheck'];

const run = (name) =>
  new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => said.push(chunk));
    child.once('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      if (code !== 0) console.error(`npm run ${name} failed`);
      resolve(code);
    });
  });

const codes = await Promise.all(COMMANDS.map(run));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
