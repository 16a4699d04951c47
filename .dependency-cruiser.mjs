// Import rules. Every project names its layer as an Nx tag in its package.json; nx.json says what each tag may import.
// This file turns the two into rules that `npm run lint` enforces; a new project without a known tag fails here.
import { readdirSync, readFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const constraints = new Map(read('./nx.json').importConstraints.map((row) => [row.tag, row]));

const projects = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(new URL(`./${folder}`, import.meta.url)).map((name) => {
    const tags = read(`./${folder}/${name}/package.json`).nx?.tags ?? [];
    if (tags.length !== 1 || !constraints.has(tags[0]))
      throw new Error(`${folder}/${name}: needs exactly one tag that nx.json constrains, has ${JSON.stringify(tags)}`);
    return { name, path: `${folder}/${name}`, tag: tags[0] };
  }),
);

const alternatives = (values) => `(${values.join('|')})`;
const source = (project) => `^${project.path}/src/`;
const npm = (names) => `node_modules/${alternatives(names)}/`;

function rulesFor(project) {
  const row = constraints.get(project.tag);
  const may = projects.filter((other) => other !== project && row.mayImport.includes(other.name)).map((other) => other.path);
  const rules = [
    {
      name: `${project.tag} may import only ${row.mayImport.join(', ') || 'nothing'} of ours`,
      severity: 'error',
      from: { path: source(project) },
      to: { path: '^(apps|libs)/', pathNot: `^${alternatives([project.path, ...may])}/` },
    },
  ];
  if (row.onlyNpm)
    rules.push({
      name: `${project.tag} may use no npm package but ${row.onlyNpm.join(', ') || 'none'}`,
      severity: 'error',
      from: { path: source(project) },
      to: { path: 'node_modules/', pathNot: row.onlyNpm.length > 0 ? npm(row.onlyNpm) : '^$' },
    });
  if (row.onlyNodeBuiltins)
    rules.push({
      name: `${project.tag} may use no Node built-in but ${row.onlyNodeBuiltins.join(', ') || 'none'}`,
      severity: 'error',
      from: { path: source(project) },
      to: {
        dependencyTypes: ['core'],
        pathNot: row.onlyNodeBuiltins.length > 0 ? `^(node:)?${alternatives(row.onlyNodeBuiltins)}$` : '^$',
      },
    });
  return rules;
}

// A package that only one project may import, so that what it does has one place.
const homes = Object.entries(read('./nx.json').npmHomes).map(([pkg, home]) => ({
  name: `${pkg} is imported only by ${home}`,
  severity: 'error',
  from: { path: '^(apps|libs)/[^/]+/src/', pathNot: `^${home}/` },
  to: { path: npm([pkg]) },
}));

export default {
  forbidden: [
    ...projects.flatMap(rulesFor),
    ...homes,
    { name: 'no import cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'imports must resolve', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(apps|libs)/[^/]+/(dist|src/generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
