/** What is said of the configuration beside its fields. */
export const PROSE: readonly { readonly heading: string; readonly text: string }[] = [
  {
    heading: 'Placeholders',
    text: `A placeholder is filled in for each target. It may be a whole element of \`argv\` or a part of one, and stands in URLs, addresses and names where their field says so. \`{{version}}\` is the text \`{version}\` itself.

| placeholder | value | where |
|---|---|---|
| \`{service}\`, \`{environment}\` | what is deployed | everywhere |
| \`{target.id}\`, \`{target.name}\`, \`{target.address}\` | of the [target](#targets) | everywhere |
| \`{target.host}\`, \`{target.port}\` | the two parts of its address | everywhere |
| \`{target.metadata.KEY}\` | one of its \`metadata\` | everywhere |
| \`{version}\` | the new version | drivers and checks |
| \`{previousVersion}\` | the version before, or nothing | drivers |
| \`{deploymentId}\`, \`{action}\` | the deployment; \`deploy\` or \`rollback\` | drivers |
| \`{fence}\` | a number that grows with every claim: refuse calls with a smaller one than you have seen | drivers |

A version is any 1 to 256 printable characters without spaces, and whoever publishes jobs chooses it. A value never becomes an option: one that begins with \`-\` is refused where it would begin an argument. It never becomes a command either: where a shell reads the element (\`ssh host …\`, \`sh -c …\`), a value with the shell’s own characters is refused. Pass it as an argument of a script instead: \`["sh", "-c", "deploy \\"$1\\"", "sh", "{version}"]\`.`,
  },
  {
    heading: 'What commands and services see',
    text: `A command and a service see these environment variables, and nothing else of the worker’s environment, which holds secrets:

| variable | value |
|---|---|
| \`PATH\`, \`HOME\`, \`LANG\` and the like | as the worker has them |
| those of the driver’s \`env\` | as written; \`env: { KUBECONFIG: "env:KUBECONFIG" }\` passes one of the worker’s on, and its value is shown as \`***\` |
| \`SIGNALBOX_SERVICE\`, \`SIGNALBOX_ENVIRONMENT\` | what is deployed |
| \`SIGNALBOX_VERSION\`, \`SIGNALBOX_PREVIOUS_VERSION\` | the new version, and the one before or nothing; write them in quotes: \`"$SIGNALBOX_VERSION"\` |
| \`SIGNALBOX_TARGET_ID\`, \`SIGNALBOX_TARGET_ADDRESS\` | of the target |
| \`SIGNALBOX_DEPLOYMENT_ID\`, \`SIGNALBOX_FENCE\` | of the deployment and its call |
| \`SIGNALBOX_ACTION\` | \`deploy\` or \`rollback\`; \`observe\` for the command of \`driver.observe\` |
| \`SIGNALBOX_CALL\` | for a \`command\`: marks all that this one call starts |
| \`PORT\`, \`HOST\`, \`VERSION\` | for a \`local_process\`: where it must listen, and its version |
| \`SIGNALBOX_PROBATION\` | for a \`local_process\`: \`1\` while it is tried on a spare port |

The command of \`driver.observe\` sees only service, environment, target and action: it must find the version, not repeat it.`,
  },
  {
    heading: 'What a command leaves running',
    text: `A \`command\` that starts a service in the background and ends with exit code 0 leaves it running (\`driver.background: keep\`, the default). The service lives on, also when the worker ends. The evidence of the call names it: \`background: "pid 4242 (/bin/sh ./run.sh)"\`. What it writes to the command's output from then on is read and thrown away, so it can fill no disk: a service that needs its log opens a file itself.
With \`driver.background: refuse\` such a call fails, names what was left, and ends it. What still runs 250 ms after the command's end counts as left.
A call that fails, is aborted or takes too long ends all that it started: the command's process group, and on Linux also what left that group (\`setsid\`). It is found in the control group that the call has to itself, where the worker may make one (cgroup v2, a systemd unit with \`Delegate=yes\`), and by \`SIGNALBOX_CALL\` in its environment. What was ended so is named in the event and in the call's output. Not found, without a control group, is what left the group and runs as another user or overwrote its own environment; where it still holds the command's output, the evidence says so, and \`refuse\` fails the call.
A worker under systemd takes what it started with it when it is restarted, unless its unit says \`KillMode=process\`.`,
  },
  {
    heading: 'What calls write',
    text: `What a \`command\` writes, and what a \`local_process\` writes until it is ready, can be read while it runs and afterwards: \`signalbox logs <id> [target] [--follow] [--timestamps]\`, the page of the deployment, and \`/deployments/<id>/output[?target=…]\` as plain text. \`--follow\` ends when the deployment has ended and everything was shown.
Kept is the end of each call's output, \`output.perCall\` bytes of it (1 MiB; 0 keeps none), and no more than \`output.perDeployment\` of a deployment (64 MiB). Retention deletes it with the deployment.
Values of \`env\` that come from secrets are shown as \`***\`. Colours and cursor movements are left out, control characters are spelt out, bytes that are no UTF-8 show as �. A line of more than 8,192 characters is cut, and says how much is missing. Of a progress bar, its last state is kept.
Writing it down never slows or fails a deployment: where Redis is slow or away, lines are dropped and counted (the oldest that still wait). Output of an outdated run is refused once a newer one has called the target; until then it is marked.`,
  },
  {
    heading: 'How a call with a lost end is not repeated',
    text: `A worker may die after a driver’s call and before it has recorded the end. The next worker first ends whatever of the call still runs. Then it looks at the target, where the driver can. If the target runs this version, put there by this deployment with this call’s fence, the call counts as done (\`evidence: { observed: true, fence }\`). Anything else proves nothing, and the call is made again.

\`local_process\` can look by itself. \`command\` can where \`observe\` prints a mark that your command left on the target:

\`\`\`yaml
driver:
  kind: command
  argv: ["./deploy.sh", "{target.host}", "{version}"]
  observe: { argv: ["ssh", "{target.host}", "cat /srv/api/signalbox.json"], timeout: 10s }
\`\`\`

\`observe\` prints one JSON object with \`version\`, \`deploymentId\` and \`fence\` and ends with exit code 0. Your command removes the old mark before it changes anything. It writes the new one last, when the version runs:

\`\`\`sh
jq -n --arg version "$SIGNALBOX_VERSION" --arg deploymentId "$SIGNALBOX_DEPLOYMENT_ID" \\
  --argjson fence "$SIGNALBOX_FENCE" '$ARGS.named' > signalbox.json
\`\`\`

Without \`observe\` such a call is made again.`,
  },
  {
    heading: 'Environment variables',
    text: `| variable | meaning |
|---|---|
| \`REDIS_URL\` | \`redis://\`, \`rediss://\`, \`unix:///path\`, \`redis-sentinel://host:port,host:port/master\` or \`redis-cluster://host:port,host:port\` |
| \`SIGNALBOX_CONFIG\` | path of the configuration |
| \`SIGNALBOX_NAMESPACE\` | first part of every key; default \`signalbox\` |
| \`SIGNALBOX_SIGNING_NAME\`, \`SIGNALBOX_SIGNING_KEY\` | as which publisher the command line signs, and with which key: a private key as PEM, the secret of an HMAC, or \`file:/path\` of one |
| \`SIGNALBOX_SIGNING_AUDIENCE\` | for which installation it signs, as \`security.audience\` of the workers says; the namespace where not set |
| \`SIGNALBOX_LOG_LEVEL\` | \`debug\`, \`info\`, \`warn\`, \`error\`, \`fatal\`; default \`info\` |
| \`SIGNALBOX_CGROUPS\` | \`off\` makes no control groups for commands |
| \`SIGNALBOX_ALLOW_EVICTION\` | \`1\` accepts a Redis that evicts keys; for development only |`,
  },
];
