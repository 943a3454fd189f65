## The alembic.toml of every init template. `template` is the template's name. Keys that stand as comments show their
## default; only what a new project needs is active.
% if template == "multidb":
# Settings of migrate for two databases: the table [alembic], and [billing], which -n/--name billing picks.
% else:
# Settings of migrate. The table [alembic] is used unless -n/--name picks another one.
% endif
# A key that stands as a comment shows its default. Paths are relative to this file.
# ${"${VAR}"} and ${"${VAR:-default}"} are replaced in every text; an unset variable without default is an error.

[alembic]
version_locations = [${'"versions/main"' if template == "multidb" else '"versions"'}]
# recursive_version_locations = false    # look for revisions in folders below as well
# template_location = "templates"        # holds sql.mako and cpp.mako
# file_template = "{rev}_{slug}"         # also {year} {month:02} {day:02} {hour:02} {minute:02} {second:02} {epoch}
# truncate_slug_length = 40
# timezone = "UTC"                       # of the creation date: an IANA name, "UTC" or "local"
% if template == "cpp":
revision_type = "cpp"                    # what `migrate revision` writes: sql | cpp
% else:
# revision_type = "sql"                  # what `migrate revision` writes: sql | cpp
% endif
# version_table = "alembic_version"      # as Alembic's: an existing database is adopted as it is
# version_table_schema = ""              # "": the first schema of search_path
# transaction_per_migration = true       # false: one transaction around the whole run
# sql_files_encoding = "utf-8"

[alembic.engine]
url = "${"${DATABASE_URL:-embedded}"}"    # embedded: a private PostgreSQL that migrate starts itself
# direct_url = ""                        # the server itself, where url leads to a pooler in transaction mode
# password_file = ""                     # holds the password on its first line, such as /run/secrets/db
# password_command = []                  # a program that prints it, run for each connection: short-lived tokens
# pool_size = 5
# max_overflow = 10
# pool_timeout = 30                      # seconds
# pool_pre_ping = true
# pool_recycle = 3600                    # seconds; -1: never
# ping_after_idle = 1                    # seconds idle after which pool_pre_ping asks the server, not only the socket
# ping_timeout = 2                       # seconds
# lifo = true                            # the connection returned last is used first
# max_waiters = 0                        # callers that wait for a connection; 0: no limit
# max_connecting = 0                     # connects at a time; 0: no limit
# overflow_linger = 0                    # seconds that connections beyond pool_size wait for the next burst
# idle_timeout = -1                      # seconds until an unused connection is closed; -1: never
# min_idle = 0                           # connections held ready
# keepalive = -1                         # seconds until an unused connection is pinged; -1: never
# leak_threshold = 0                     # seconds until a connection not given back is told of; 0: never
# background_connect = false             # a connect that outlasts its caller serves the next one
# connect_timeout = 10                   # seconds
# command_timeout = 0                    # seconds; 0: none
# connect_retries = 3                    # for failures that pass by themselves
# echo = false

[alembic.autogenerate]
% if template == "cpp":
target = ["models"]                      # the desired schema: .sql files, .cpp models, or folders
% else:
# target = ["schema.sql"]                # the desired schema: .sql files, .cpp models, or folders
% endif
# include_schemas = ["public"]           # glob patterns; ["*"]: all but the system's
# grants = false                         # compare privileges and default privileges too
# online = true                          # safe forms for tables that exist: concurrently, NOT VALID + VALIDATE ...
# exclude = []                           # glob patterns of qualified names
# dev_url = "ephemeral"                  # where the desired schema is built: a throw-away server, or a URL with CREATEDB

[alembic.safety]
# lock_timeout = "5s"
# lock_retries = 10
# lock_deadline = 300                    # seconds for all tries of a revision
# max_blocked_ms = 2000                  # others may wait so long behind a statement of ours; 0: for ever
# max_blocked_sessions = 0               # so many of them; 0: any number
# statement_timeout = ""                 # index builds and validation have none
# idle_timeout = "5min"                  # a transaction of a run that hangs is ended after so long
# run_lock_timeout = 60                  # seconds to wait for another migrate run on the same database
# edited = "error"                       # an applied revision's SQL was changed: error | warn | ignore
# journal = true                         # keep a log in <version_table>_log
# destructive = "allow"                  # steps that lose data: allow | ask | refuse
destructive_downgrade = "ask"            # the same of downgrades; "": as destructive

[alembic.naming_convention]               # names of what C++ revisions leave unnamed; "": PostgreSQL's own
# ix = ""                                # "ix_{column_0_label}"
# uq = ""                                # "uq_{table_name}_{column_0_N_name}"
# ck = ""                                # "ck_{table_name}_{constraint_name}"
# fk = ""                                # "fk_{table_name}_{column_0_N_name}_{referred_table_name}"
# pk = ""                                # "pk_{table_name}"

[alembic.cpp]                             # how C++ revisions are compiled
# compiler = ""                          # "": $CXX, then c++, g++, clang++
# flags = []                             # behind migrate's own: -O0 -fPIC ...
# include_dirs = []                      # headers of your project
# libraries = []                         # "z" for -lz, or a path
# standard = "c++20"
# pch = true                             # precompile the headers when many revisions are to be compiled
# cache_dir = ""                         # "": ~/.cache/migrate

# Run on each new revision file, in this order:
# [[alembic.post_write_hooks]]
# command = ["pg_format", "-i", "{file}"]

# Run whenever the version table moved, inside the step's transaction (sql) or after it (command):
# [[alembic.on_version_apply]]
# sql = "INSERT INTO audit (revision, direction, heads) VALUES (:'revision', :'direction', :'heads')"
% if template == "multidb":

# The second database. Every key of [alembic] can stand here too. Its version table has a name of its own, so that both
# histories can also live in one database.
[billing]
version_locations = ["versions/billing"]
version_table = "billing_version"

[billing.engine]
url = "${"${BILLING_DATABASE_URL:-embedded}"}"
% endif
