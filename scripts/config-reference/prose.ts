/** What is said of the configuration beside its fields. */
export const PROSE: readonly { readonly heading: string; readonly text: string }[] = [
  {
    heading: 'Placeholders',
    text: `\`{service} {environment} {version} {previousVersion} {deploymentId} {fence} {action} {target.id} {target.name} {target.address} {target.host} {target.port} {target.metadata.KEY}\`
fill whole argv elements or parts of one (never a shell string), urls and addresses of checks. Write \`{{\` for a brace.
A version is any 1 to 256 printable characters without spaces, and comes from whoever publishes jobs. Where a shell reads an element (\`ssh host …\`, \`sh -c …\`), a value with the shell's own characters is refused; pass it as an argument of a script (\`["sh", "-c", "deploy \\"$1\\"", "sh", "{version}"]\`), and write \`"$SIGNALBOX_VERSION"\` in quotes.`,
  },
  {
    heading: 'What commands and services see',
    text: `\`PATH\`, \`HOME\`, \`LANG\` and their like, the driver's \`env\`, and \`SIGNALBOX_DEPLOYMENT_ID\`, \`_SERVICE\`, \`_ENVIRONMENT\`, \`_VERSION\`, \`_PREVIOUS_VERSION\`, \`_TARGET_ID\`, \`_TARGET_ADDRESS\`, \`_FENCE\`, \`_ACTION\` (\`deploy\` or \`rollback\`); a \`command\` also \`SIGNALBOX_CALL\`, which marks all that this one call starts.
Nothing else of the worker's environment, which holds secrets: pass what is needed as \`env: { KUBECONFIG: "env:KUBECONFIG" }\`. Such values are shown as \`***\`.
A command that looks at a target (\`driver.observe\`) sees \`_SERVICE\`, \`_ENVIRONMENT\`, \`_TARGET_ID\`, \`_TARGET_ADDRESS\` and \`_ACTION\` (\`observe\`): not what it should find there, so that it can't just repeat it. The same goes for its placeholders.
A \`local_process\` service sees \`PORT\`, \`HOST\` and \`VERSION\` as well, and \`SIGNALBOX_PROBATION=1\` while it is tried on a spare port.`,
  },
  {
    heading: 'What a command leaves running',
    text: `A \`command\` that starts a service in the background and ends with exit code 0 leaves it running (\`driver.background: keep\`, the default). The service lives on, also when the worker ends. The evidence of the call names it: \`background: "pid 4242 (/bin/sh ./run.sh)"\`. What it writes to the command's output from then on is read and thrown away, so it can fill no disk: a service that needs its log opens a file itself.
With \`driver.background: refuse\` such a call fails, names what was left, and ends it. What still runs 250 ms after the command's end counts as left.
A call that fails, is aborted or takes too long ends all that it started: the command's process group, and on Linux also what left that group (\`setsid\`) and has \`SIGNALBOX_CALL\` in its environment. Not found is what left the group and runs as another user or overwrote its own environment; where it still holds the command's output, the evidence says so, and \`refuse\` fails the call.
A worker under systemd takes what it started with it when it is restarted, unless its unit says \`KillMode=process\`.`,
  },
  {
    heading: 'What a target shows of an unrecorded call',
    text: `A worker that dies after a driver's call and before the record of its end leaves open what became of it. Whoever takes over first sees to it that nothing of the call still runs. A driver that can see what is at the target then looks: if the target runs just this version, put there by just this deployment with just this call's fence, the call is recorded as done (\`evidence: { observed: true, fence }\`) and not made again. Anything else, also silence, proves nothing, and the call is made again.
\`local_process\` knows by itself. The \`command\` driver knows where its command leaves a mark at the target and \`observe\` prints it:

\`\`\`yaml
driver:
  kind: command
  argv: ["./deploy.sh", "{target.host}", "{version}"]
  observe: { argv: ["ssh", "{target.host}", "cat /srv/api/signalbox.json"], timeout: 10s }
\`\`\`

It must print one JSON object with \`version\`, \`deploymentId\` and \`fence\` and exit with 0. The command of \`argv\` takes the old mark away before it changes anything, and writes the new one as its very last deed, when the version runs: \`{"version":"$SIGNALBOX_VERSION","deploymentId":"$SIGNALBOX_DEPLOYMENT_ID","fence":$SIGNALBOX_FENCE}\`. Without \`observe\`, calls are made again, as ever.`,
  },
  {
    heading: 'Environment variables',
    text: `| variable | meaning |
|---|---|
| \`REDIS_URL\` | \`redis://\`, \`rediss://\`, \`redis-sentinel://host:port,host:port/master\` or \`redis-cluster://host:port,host:port\` |
| \`SIGNALBOX_CONFIG\` | path of the configuration |
| \`SIGNALBOX_NAMESPACE\` | first part of every key; default \`signalbox\` |
| \`SIGNALBOX_SIGNING_NAME\`, \`SIGNALBOX_SIGNING_KEY\` | as which publisher the command line signs, and with which key: a private key as PEM, the secret of an HMAC, or \`file:/path\` of one |
| \`SIGNALBOX_LOG_LEVEL\` | \`debug\`, \`info\`, \`warn\`, \`error\`, \`fatal\`; default \`info\` |
| \`SIGNALBOX_ALLOW_EVICTION\` | \`1\` accepts a Redis that evicts keys; for development only |`,
  },
];
