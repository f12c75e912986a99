"""What the database asks of persons: fragments of SQL. A person is an account, and every account with the same CNIC.

The sealed numbers are compared by their index. `offices/persons.py` and `offices/second_person.py` ask the same in words.
"""

from beneficiaries.private.sealed import same_value


def same_person(one: str, other: str) -> str:
    """SQL: whether two accounts (keys of users) belong to one person."""
    return f"""({one} = {other} OR EXISTS (
  SELECT FROM beneficiaries_officer this JOIN beneficiaries_officer that ON {same_value("this.cnic", "that.cnic")}
  WHERE this.user_id = {one} AND that.user_id = {other}))"""


def holds(user: str, role: str) -> str:
    """SQL: whether an account that may sign in holds the role; `role` is SQL for its name."""
    return f"""EXISTS (SELECT FROM auth_user_groups held JOIN auth_group named ON named.id = held.group_id
    JOIN auth_user account ON account.id = held.user_id AND account.is_active
    WHERE held.user_id = {user} AND named.name = {role})"""


def agreed_by_another(code: str, *others: str) -> str:
    """How the rule on a Consent begins: it names who decides, now; only what is agreed to is asked further; and whoever
    agrees is none of `others`, the proposer and those it is about. Where nobody knows who these are, because the proposal is
    not written yet, nobody agrees. `code`: the SQLSTATE."""
    own = " OR ".join(same_person("NEW.decided_by_id", other) for other in others)
    return f"""IF NEW.decided_by_id IS NULL OR NEW.decided_at <> now() THEN
  RAISE EXCEPTION 'A decision names who decides, now.' USING ERRCODE = '{code}';
END IF;
IF NEW.outcome <> 'agreed' THEN
  RETURN NEW;
END IF;
IF ({own}) IS NOT FALSE THEN
  RAISE EXCEPTION 'Neither who proposed it nor whom it is about agrees to it.' USING ERRCODE = '{code}';
END IF;"""
