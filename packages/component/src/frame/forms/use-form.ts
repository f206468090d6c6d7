import { useEffect, useRef, useState } from 'preact/hooks';
import { useText } from '../texts/text-context.tsx';
import type { Checked, Fault, Values } from './checked.ts';
import type { FormProps } from './form-props.ts';
import { useAfterPress } from './use-after-press.ts';
import { useServerFault } from './use-server-fault.ts';

/** What a field shows and reports; `error` is a whole sentence. */
export type FieldState = {
  id: string;
  value: string;
  error: string | undefined;
  change: (value: string) => void;
  leave: () => void;
};

export type Form<Name extends string> = {
  field: (name: Name) => FieldState;
  /** Checks and hands on. True when the instrument was taken; false leaves the first wrong field focused. */
  submit: () => Promise<boolean>;
  hasFaults: boolean;
};

export type FormOptions<Name extends string> = {
  names: readonly Name[];
  initial: Partial<Values<Name>>;
  check: (values: Values<Name>) => Checked<Name>;
  /** Which field a path of the submission belongs to, where its last part is not the field's own name. */
  fieldOf?: Readonly<Record<string, Name>>;
};

const idOf = (name: string): string => `field-${name}`;

const focusField = (name: string): void => document.getElementById(idOf(name))?.focus();

/**
 * A form's values and faults. A field is checked when it is left, and from its first fault on while it is typed in; a
 * field that the customer has not reached yet is not complained of.
 */
export function useForm<Name extends string>(props: FormProps, options: FormOptions<Name>): Form<Name> {
  const { t } = useText();
  const { names, check } = options;
  const [values, setValues] = useState(() => fill(names, options.initial));
  const [shown, setShown] = useState<Partial<Record<Name, Fault | string | undefined>>>({});
  const current = useRef(values);
  const touched = useRef(new Set<Name>());
  const afterPress = useAfterPress();

  const faultOf = (name: Name): Fault | undefined => check(current.current).faults?.[name];
  const show = (name: Name, fault: Fault | string | undefined): void =>
    setShown((before) => ({ ...before, [name]: fault }));

  const change = (name: Name, value: string): void => {
    touched.current.add(name);
    current.current = { ...current.current, [name]: value };
    setValues(current.current);
    if (shown[name] !== undefined) show(name, faultOf(name));
  };

  const leave = (name: Name): void => {
    if (current.current[name].trim() !== '') afterPress(() => show(name, faultOf(name)));
  };

  const submit = async (): Promise<boolean> => {
    const { entry, faults = {} } = check(current.current);
    setShown(faults);
    if (entry) return props.enter(entry);
    const first = names.find((name) => Object.hasOwn(faults, name));
    if (first !== undefined) focusField(first);
    return false;
  };

  useServerFault(props, (fault) => {
    const last = fault.reference.split('.').at(-1) ?? '';
    const name = options.fieldOf?.[last] ?? names.find((known) => known === last);
    if (name === undefined) return false;
    show(name, fault.text);
    focusField(name);
    return true;
  });

  useEffect(
    () => {
      for (const name of names) {
        const value = options.initial[name];
        if (value !== undefined && !touched.current.has(name)) current.current = { ...current.current, [name]: value };
      }
      setValues(current.current);
    },
    names.map((name) => options.initial[name]),
  );

  return {
    field: (name) => ({
      id: idOf(name),
      value: values[name],
      error: sentence(shown[name], t),
      change: (value) => change(name, value),
      leave: () => leave(name),
    }),
    submit,
    hasFaults: Object.values(shown).some((fault) => fault !== undefined),
  };
}

const fill = <Name extends string>(names: readonly Name[], initial: Partial<Values<Name>>): Values<Name> =>
  Object.fromEntries(names.map((name) => [name, initial[name] ?? ''])) as Values<Name>;

const sentence = (fault: Fault | string | undefined, t: ReturnType<typeof useText>['t']): string | undefined =>
  typeof fault === 'object' ? t(fault.key, fault.values) : fault;
