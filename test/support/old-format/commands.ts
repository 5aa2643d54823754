/** One of its deployments. */
export const SOME = 'dep_1zax0xtbg2d7wq3mobmni5z2jp';
/** Every command as a person types it. */
export const COMMANDS = `
  up --port 0
  worker
  server --port 0
  plan api 2.0.0
  deploy api 2.0.0
  approve ${SOME}
  reject ${SOME} --reason why
  promote ${SOME}
  pause ${SOME} --reason why
  resume ${SOME}
  abort ${SOME} --reason why
  abort ${SOME} --reason why --force
  retry ${SOME}
  rollback api
  override ${SOME} --reason why
  status
  services
  versions api
  history
  show ${SOME}
  logs ${SOME}
  explain ${SOME}
  watch ${SOME}
  events
  events --follow
  release start api=2.0.0
  release show rel_0000000001
  release list
  release cancel rel_0000000001
  release retry rel_0000000001
  promotion list
  promotion approve ${SOME}.staging
  freeze --reason why
  unfreeze stocktaking
  freezes
  flags
  flags --remove ff_new_basket
  release-automation undone
  sessions
  doctor
  doctor --audit
  repair
  repair --apply --reason why
  repair --target calling production web-2 --version 2.0.0`
  .trim()
  .split('\n')
  .map((line) => line.trim());
/** They ask no Redis. */
export const WITHOUT_REDIS = ['simulate', 'config', 'token', 'acl', 'help'];
