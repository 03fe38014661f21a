"""How the numbers in a database are stored: noted in it, and compared with what the site says.

Two forms in one table would tell one caller from himself, so that a database is only used in the
form that it has; `callcenter records convert` changes it.
"""

from sqlalchemy import Connection, select

from callcenter.records.database.errors import RecordsError
from callcenter.records.database.state import STATE, read_state, write_state
from callcenter.records.personal.columns import numbers_of
from callcenter.records.personal.numbers import Form, Numbers

NOW, NEXT = "numbers", "numbers_next"
_REMEDY = "run `callcenter records convert`"


def hold_form(connection: Connection) -> None:
    """`check_form` for who writes rows: nobody begins to convert until he is done."""
    connection.execute(select(STATE.c.value).where(STATE.c.name == NOW).with_for_update(read=True))
    check_form(connection)


def check_form(connection: Connection) -> None:
    """Raises RecordsError where the tables hold numbers in another form, or by another key."""
    wanted, here = told(numbers_of(connection.dialect)), read_state(connection, NOW)
    if read_state(connection, NEXT):
        raise RecordsError(f"the conversion of stored numbers is not finished; {_REMEDY}")
    here = here or told(Numbers())
    if here == wanted:
        return
    form, _, key = here.partition(" ")
    if form == wanted.partition(" ")[0]:
        raise RecordsError(
            f"the numbers in the records were made {form} with another key (its mark is {key}); "
            "put that key back, see docs/personal-data.md"
        )
    raise RecordsError(
        f"the records hold {form} numbers, the site says {wanted.partition(' ')[0]}: {_REMEDY}"
    )


def settle_form(connection: Connection) -> None:
    """An empty database takes the site's form; any other must have it. Raises RecordsError."""
    if read_state(connection, NOW) is None:
        wanted = told(numbers_of(connection.dialect))
        calls = connection.exec_driver_sql("SELECT 1 FROM call LIMIT 1").first()
        write_state(connection, NOW, told(Numbers()) if calls else wanted)
    check_form(connection)


def told(numbers: Numbers) -> str:
    """A form and its key's mark, as the database notes it."""
    return numbers.form if numbers.form is Form.PLAIN else f"{numbers.form} {numbers.key_id}"
