/* Connects with libpq, reads the version table, prints its rows: the least that a program which answers "where does this
   database stand" can do. Argument: a connection string. */
#include <libpq-fe.h>
#include <stdio.h>

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: connect_and_read URL\n");
    return 2;
  }
  int status = 1;
  PGconn *connection = PQconnectdb(argv[1]);
  if (PQstatus(connection) == CONNECTION_OK) {
    PGresult *result = PQexec(connection, "SELECT version_num FROM alembic_version");
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
      for (int row = 0; row < PQntuples(result); ++row) puts(PQgetvalue(result, row, 0));
      status = 0;
    }
    PQclear(result);
  }
  if (status != 0) fputs(PQerrorMessage(connection), stderr);
  PQfinish(connection);
  return status;
}
