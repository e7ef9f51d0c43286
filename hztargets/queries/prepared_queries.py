"""Queries whose SQL Django composes once per process, for every filing and every assessment run.

Composing one of them costs 0.6 to 2.3 ms of processor time, measured here. A filing asks nine of them, about 19 ms; the
nightly assessment of a document asks all of them, about 33 ms. Small reads use the plain ORM.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BigIntegerField, Expression, F, Field, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from hztargets.models.reports import IsAmong

_Model = TypeVar("_Model", bound=Model)


class Parameter(Expression):
    """A placeholder in a prepared query; `fetch` takes its value under `name`."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return "%s", (self,)


def is_among_parameter(column: str, name: str) -> IsAmong:
    """`column` is one of the ids in the parameter `name`. The SQL text is the same for any number of ids."""
    return IsAmong(F(column), Parameter(name, ArrayField(BigIntegerField())))


class PreparedQuery:
    """`write` returns an ordinary query set with `values_list`, and with `Parameter` for the values that change. Django
    composes the SQL at the first `fetch`; later calls only pass other values."""

    def __init__(self, write: Callable[[], QuerySet[Any, Any]]) -> None:
        self._write = write

    @cached_property
    def _composed(self) -> tuple[str, tuple[Any, ...], SQLCompiler, Any]:
        compiler = self._write().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        return sql, params, compiler, compiler.get_converters([column for column, _sql, _alias in compiler.select])

    def fetch(self, **values: Any) -> list[Any]:
        """The rows in the form of `values_list`. A query that locks rows raises TransactionManagementError outside a
        transaction, at every call and not only when the SQL is composed."""
        sql, params, compiler, converters = self._composed
        if compiler.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[one.name] if isinstance(one, Parameter) else one for one in params])
            rows: list[Any] = cursor.fetchall()
        return list(compiler.apply_converters(rows, converters)) if converters else rows


class PreparedRows(Generic[_Model]):
    """A prepared query that returns model instances of one table."""

    def __init__(self, model: type[_Model], write: Callable[[QuerySet[_Model]], QuerySet[_Model]]) -> None:
        self._model = model
        self._columns = [field.attname for field in model._meta.concrete_fields]
        self._query = PreparedQuery(lambda: write(model._default_manager.all()).values_list(*self._columns))

    def fetch(self, **values: Any) -> list[_Model]:
        return [self._model.from_db(DEFAULT_DB_ALIAS, self._columns, row) for row in self._query.fetch(**values)]
