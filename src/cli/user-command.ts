import { type Command, Option } from 'commander';
import type { By, ManageUsers } from '../access/manage-users.js';
import { type Role, ROLES } from '../access/principal.js';
import type { User } from '../access/user.js';
import type { UserStore } from '../access/user-store.js';

/** What the command stands on while it runs. */
export interface OpenUsers {
  readonly users: Pick<UserStore, 'list'>;
  readonly manage: ManageUsers;
  readonly close: () => Promise<void>;
}

export interface UserCommandDeps {
  readonly open: () => Promise<OpenUsers>;
  readonly print: (line: string) => void;
  /** Login name of the person at the keyboard, for the audit log. */
  readonly user: string;
}

interface CreateOptions {
  readonly name?: string;
  readonly role: readonly Role[];
  readonly orgUnit?: string;
  readonly operatorId?: readonly string[];
  readonly withoutPassword?: boolean;
  readonly json?: boolean;
}

/** Adds `yxrisk user create|list|disable|enable|password|unlock`: the first admin, and help when nobody gets in. */
export function addUserCommand(program: Command, deps: UserCommandDeps): void {
  const user = program.command('user').description('Accounts of people: make, list, disable, unlock');
  const by: By = { who: { name: `cli:${deps.user}` } };
  const withUsers = async (use: (opened: OpenUsers) => Promise<void>) => {
    const opened = await deps.open();
    try {
      await use(opened);
    } finally {
      await opened.close();
    }
  };

  user
    .command('create')
    .description('Make an account and print its first password, this once')
    .argument('<id>', 'login name: small letters, digits, dots, hyphens, underscores')
    .addOption(new Option('--role <role...>', 'what the person may do').choices(ROLES).makeOptionMandatory())
    .option('--org-unit <code>', 'where: this unit and all below it; default: everywhere')
    .option('--name <name>', 'shown to others; default: the login name')
    .option('--operator-id <id...>', 'ids of the same person in the sales system')
    .option('--without-password', 'for people who sign in by OpenID only')
    .option('--json', 'answer as JSON')
    .action((id: string, options: CreateOptions) =>
      withUsers(async ({ manage }) => {
        const { orgUnit } = options;
        const { user: made, password } = await manage.create(
          {
            id,
            displayName: options.name ?? id,
            operatorIds: options.operatorId ?? [],
            grants: [...new Set(options.role)].map((role) => ({ role, ...(orgUnit !== undefined && { orgUnit }) })),
            groups: [],
            exclusions: [],
            identity: null,
            withPassword: options.withoutPassword !== true,
          },
          by,
        );
        if (options.json) deps.print(JSON.stringify({ ...describe(made), password: password ?? null }));
        else if (password === undefined) deps.print(`${id} is made; the person signs in by OpenID.`);
        else deps.print(`${password}\nFirst password of ${id}, shown this once. It must be changed at the first sign-in.`);
      }),
    ); // prettier-ignore

  user
    .command('list')
    .description('List all accounts')
    .option('--json', 'answer as JSON')
    .action(({ json }: { json?: boolean }) =>
      withUsers(async ({ users }) => {
        const all = (await users.list()).map(describe);
        if (json) deps.print(JSON.stringify(all));
        else if (all.length === 0) deps.print('There is no account; make one with: yxrisk user create');
        else for (const { id, grants, disabled } of all) deps.print(`${id}  ${grants}${disabled ? '  disabled' : ''}`);
      }),
    ); // prettier-ignore

  for (const [name, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const)
    user
      .command(name)
      .description(disabled ? 'Shut an account; its sessions end at once' : 'Open it again')
      .argument('<id>')
      .action((id: string) =>
        withUsers(async ({ manage }) => {
          await manage.change(id, { disabled }, by);
          deps.print(`${id} is ${disabled ? 'disabled' : 'enabled'}`);
        }),
      );

  user
    .command('password')
    .description('Give a new first password and print it, this once; sessions end, a lock is lifted')
    .argument('<id>')
    .action((id: string) =>
      withUsers(async ({ manage }) => {
        const { password } = await manage.resetPassword(id, by);
        deps.print(`${password}\nNew first password of ${id}, shown this once.`);
      }),
    );

  user
    .command('unlock')
    .description('Unlock an account after too many wrong passwords')
    .argument('<id>')
    .action((id: string) =>
      withUsers(async ({ manage }) => {
        await manage.unlock(id, by);
        deps.print(`${id} is unlocked`);
      }),
    );
}

function describe({ _id, displayName, grants, disabled }: User) {
  return {
    id: _id,
    displayName,
    grants: grants
      .map(({ role, orgUnit }) => (orgUnit === undefined ? role : `${role}@${orgUnit}`))
      .join(' '),
    disabled,
  };
}
