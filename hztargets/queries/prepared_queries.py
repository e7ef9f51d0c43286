"""Queries of every filing and every run of judging: composing their SQL anew would cost more than the answer."""

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


class Given(Expression):
    """Where a compiled query takes the value of that name."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        return "%s", (self,)


def among_given(column: str, name: str) -> IsAmong:
    """`column` is one of the given ids: one text of SQL whatever their number."""
    return IsAmong(F(column), Given(name, ArrayField(BigIntegerField())))


class Compiled:
    """A query written like any other, with `values_list` and `Given` in it. Django composes the SQL when it is first
    asked; from then on only the given values change."""

    def __init__(self, write: Callable[[], QuerySet[Any, Any]]) -> None:
        self._write = write

    @cached_property
    def _composed(self) -> tuple[str, tuple[Any, ...], SQLCompiler, Any]:
        compiler = self._write().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        return sql, params, compiler, compiler.get_converters([column for column, _sql, _alias in compiler.select])

    def ask(self, **given: Any) -> list[Any]:
        """The rows, as `values_list` gives them. Raises TransactionManagementError where rows are to be locked and no
        transaction is open to hold the locks, each time and not only when the SQL is composed."""
        sql, params, compiler, converters = self._composed
        if compiler.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[one.name] if isinstance(one, Given) else one for one in params])
            rows: list[Any] = cursor.fetchall()
        return list(compiler.apply_converters(rows, converters)) if converters else rows


class CompiledRows(Generic[_Model]):
    """The same for whole rows of one table."""

    def __init__(self, model: type[_Model], write: Callable[[QuerySet[_Model]], QuerySet[_Model]]) -> None:
        self._model = model
        self._columns = [field.attname for field in model._meta.concrete_fields]
        self._query = Compiled(lambda: write(model._default_manager.all()).values_list(*self._columns))

    def ask(self, **given: Any) -> list[_Model]:
        return [self._model.from_db(DEFAULT_DB_ALIAS, self._columns, row) for row in self._query.ask(**given)]
