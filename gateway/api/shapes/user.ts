import { Type } from 'typebox';
import { LONGEST_PASSWORD } from '../users/password.ts';
import { ROLES, type User } from '../users/user.ts';
import { EpochMsShape, numberOrNull, oneOf } from './shape.ts';

export const RoleShape = oneOf(ROLES);
export const NameText = Type.String({ minLength: 1, maxLength: 48 });
export const PasswordText = Type.String({ minLength: 1, maxLength: LONGEST_PASSWORD });

export const UserShape = Type.Unsafe<User>(
  Type.Object(
    {
      name: NameText,
      role: RoleShape,
      disabled: Type.Boolean(),
      mustChange: Type.Boolean({ description: 'The one-time password must be changed before anything else' }),
      created: EpochMsShape,
      lastLogin: numberOrNull(),
    },
    { title: 'User' },
  ),
);

export const CredentialsShape = Type.Object(
  { name: NameText, password: Type.String({ description: 'One-time password, told once' }) },
  { title: 'Credentials' },
);
