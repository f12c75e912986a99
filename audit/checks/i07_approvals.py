"""I7: every payment has the approvals its amount demanded, by distinct people, over the exact content that was paid."""

from hashlib import sha256

from django.db.models import Q

from audit.checks.base import MOST, Found, count, offenders, together
from audit.checks.kept_freezes import IN_A_FREEZE, WAIT
from beneficiaries.private.sealed import same_value
from beneficiaries.rules.person_rules import same_person
from funds.chain import duties_report
from funds.committee import agendas
from funds.models import Disbursement, Minutes
from funds.requests import content
from funds.rules.committee_rules import limit_on
from funds.rules.delegation_rules import agreed_on, reach
from funds.rules.duty_rules import counts, lacks_quorum, signed_for

_SCOPE = "(%(request)s::bigint IS NULL OR d.id = %(request)s::bigint)"
_SANCTIONED = "funds_sanction s JOIN funds_disbursement d ON d.id = s.disbursement_id"
_PAYEES = f"""SELECT FROM funds_payeeline line JOIN beneficiaries_officer officer
    ON {same_value("officer.cnic", "line.cnic")} WHERE line.disbursement_id = d.id AND officer.user_id ="""

_COUNT = f"SELECT count(*) FROM funds_decision c JOIN funds_disbursement d ON d.id = c.disbursement_id WHERE {_SCOPE}"
_MISSING = f"""
    SELECT format('sanction %%s: step %%s (%%s) has %%s of %%s approvals', s.number, t.position, t.act, made.count, t.signatures)
    FROM {_SANCTIONED} JOIN funds_approvalstep t ON t.disbursement_id = d.id AND t.submission = d.submission
    CROSS JOIN LATERAL (SELECT count(*) FROM funds_decision c WHERE c.step_id = t.id AND {counts("c")}) made
    WHERE {_SCOPE} AND CASE WHEN t.committee_id IS NULL THEN made.count <> t.signatures
        ELSE {lacks_quorum("t", "s.digest")} END ORDER BY s.id, t.position
"""
_CHAIN = f"""
    SELECT format('sanction %%s: its chain has %%s steps, numbered to %%s, and %%s that sanction', s.number,
        count(t.id), coalesce(max(t.position), 0), count(*) FILTER (WHERE t.last))
    FROM {_SANCTIONED} LEFT JOIN funds_approvalstep t ON t.disbursement_id = d.id AND t.submission = d.submission
    WHERE {_SCOPE} GROUP BY s.id, s.number
    HAVING count(t.id) = 0 OR max(t.position) <> count(t.id) OR count(*) FILTER (WHERE t.last) <> 1
        OR max(t.position) FILTER (WHERE t.last) <> count(t.id) ORDER BY s.id
"""
_DIGESTS = f"""
    SELECT format('decision %%s on request %%s: %%s', c.id, d.number, CASE
        WHEN c.digest <> s.digest THEN 'it approves another content than was sanctioned'
        ELSE 'its step belongs to another request or submission' END)
    FROM {_SANCTIONED} JOIN funds_decision c ON c.disbursement_id = d.id AND c.submission = d.submission
    JOIN funds_approvalstep t ON t.id = c.step_id
    WHERE {_SCOPE} AND (c.digest <> s.digest OR t.disbursement_id <> d.id OR t.submission <> c.submission)
    ORDER BY c.id
"""
_HANDS = f"""
    SELECT format('decision %%s on request %%s by %%s: %%s', c.id, d.number, c.name, CASE
        WHEN {same_person("c.decided_by_id", "d.maker_id")} THEN 'drafted it as well' ELSE 'is a payee of it' END)
    FROM funds_decision c JOIN funds_disbursement d ON d.id = c.disbursement_id
    WHERE {_SCOPE} AND c.outcome <> 'recused'
        AND ({same_person("c.decided_by_id", "d.maker_id")} OR EXISTS ({_PAYEES} c.decided_by_id)) ORDER BY c.id
"""
_TWICE = f"""
    SELECT format('request %%s: %%s signed %%s times on one submission', d.number, min(u.username), count(*))
    FROM funds_decision c JOIN funds_disbursement d ON d.id = c.disbursement_id JOIN auth_user u ON u.id = c.decided_by_id
    LEFT JOIN beneficiaries_officer o ON o.user_id = u.id
    WHERE {_SCOPE} AND c.outcome <> 'recused'
    GROUP BY d.id, d.number, c.submission, coalesce(split_part(o.cnic, '.', 3), u.id::text)
    HAVING count(*) FILTER (WHERE {counts("c")}) > 1 OR count(DISTINCT c.step_id) > 1 ORDER BY d.id
"""
_SANCTIONER = f"""
    SELECT format('sanction %%s: it differs from its request, or its last step was signed by somebody else', s.number)
    FROM {_SANCTIONED} WHERE {_SCOPE} AND (s.amount <> d.amount OR s.digest <> d.digest OR s.fund_id <> d.fund_id
        OR NOT EXISTS (SELECT FROM funds_approvalstep t JOIN funds_decision c ON c.step_id = t.id
            WHERE t.disbursement_id = d.id AND t.submission = d.submission AND t.last AND {counts("c")}
                AND c.decided_by_id = s.sanctioned_by_id)) ORDER BY s.id
"""
# The limit agreed for the day, in the post that was signed with, against the sum that chose the band: later changes neither
# heal nor break an old sanction.
_LIMIT = f"""
    SELECT format('sanction %%s: %%s is above the authority of %%s, %%s', s.number, coalesce(r.basis, d.amount), u.username,
        coalesce(own.amount::text, 'none known'))
    FROM {_SANCTIONED} JOIN funds_approvalstep t ON t.disbursement_id = d.id AND t.submission = d.submission AND t.last
        AND t.committee_id IS NULL
    JOIN funds_decision c ON c.step_id = t.id AND {counts("c")} JOIN auth_user u ON u.id = c.decided_by_id
    LEFT JOIN funds_chosenrule r ON r.disbursement_id = d.id AND r.submission = d.submission
    LEFT JOIN LATERAL (SELECT {reach("c", "c.post")} AS amount) own ON true
    WHERE {_SCOPE} AND (own.amount >= coalesce(r.basis, d.amount)) IS NOT TRUE ORDER BY s.id
"""
_COMMITTEE_LIMIT = f"""
    SELECT format('sanction %%s: %%s is above the authority of %%s, %%s', s.number, coalesce(r.basis, d.amount), k.name,
        coalesce(own.amount::text, 'none known'))
    FROM {_SANCTIONED} JOIN funds_approvalstep t ON t.disbursement_id = d.id AND t.submission = d.submission AND t.last
    JOIN funds_committee k ON k.id = t.committee_id
    LEFT JOIN funds_chosenrule r ON r.disbursement_id = d.id AND r.submission = d.submission
    LEFT JOIN LATERAL (SELECT {limit_on("k.id", "s.sanctioned_on")} AS amount) own ON true
    WHERE {_SCOPE} AND (own.amount >= coalesce(r.basis, d.amount)) IS NOT TRUE ORDER BY s.id
"""
# Whoever signs for another does so in the days of an agreed delegation, within its ceiling, fund and post, before its end,
# and for nobody who asked, is paid, or has another part in that submission.
_DELEGATED = f"""
    SELECT format('decision %%s on request %%s for %%s: the delegation did not give that', c.id, d.number, g.giver_name)
    FROM funds_decision c JOIN funds_disbursement d ON d.id = c.disbursement_id JOIN funds_delegation g ON g.id = c.delegation_id
    JOIN funds_approvalstep t ON t.id = c.step_id
    JOIN beneficiaries_officer gave ON gave.id = g.giver_id JOIN beneficiaries_officer took ON took.id = g.taker_id
    LEFT JOIN funds_chosenrule r ON r.disbursement_id = d.id AND r.submission = c.submission
    WHERE {_SCOPE} AND (NOT {agreed_on("g", "c.decided_on")} OR c.decided_by_id <> took.user_id
        OR coalesce(r.basis, d.amount) > g.ceiling OR (g.fund_id IS NOT NULL AND g.fund_id <> d.fund_id)
        OR (t.post <> '' AND t.post <> g.giver_post)
        OR ((c.recorded_at - {WAIT}) AT TIME ZONE 'Asia/Karachi')::date > g.ends_on
        OR EXISTS (SELECT FROM funds_delegationdecision k WHERE k.delegation_id = g.id AND k.decided_at > c.recorded_at + {WAIT})
        OR EXISTS (SELECT FROM funds_delegationend e WHERE e.delegation_id = g.id AND e.ended_at + {WAIT} < c.recorded_at)
        OR {same_person("gave.user_id", "d.maker_id")} OR EXISTS ({_PAYEES} gave.user_id)
        OR EXISTS (SELECT FROM funds_decision o WHERE o.disbursement_id = d.id AND o.submission = c.submission AND o.id <> c.id
            AND o.outcome <> 'recused' AND (o.step_id <> c.step_id OR ({counts("o")} AND {counts("c")}))
            AND ({same_person("o.decided_by_id", "gave.user_id")} OR {signed_for("o", "gave.user_id")}))) ORDER BY c.id
"""
_ISSUERS = f"""
    SELECT format('%%s of request %%s: issued by somebody who took another part in it', x.what, d.number)
    FROM {_SANCTIONED} JOIN funds_voucher v ON v.sanction_id = s.id CROSS JOIN LATERAL (
        SELECT 'voucher ' || v.number AS what, v.issued_by_id AS person
        UNION ALL SELECT 'instrument ' || i.id, i.issued_by_id FROM funds_instrument i WHERE i.voucher_id = v.id
        UNION ALL SELECT 'clearing of ' || i.id, i.cleared_by_id FROM funds_instrument i
        WHERE i.voucher_id = v.id AND i.cleared_by_id IS NOT NULL
    ) x WHERE {_SCOPE} AND ({same_person("x.person", "d.maker_id")} OR EXISTS ({_PAYEES} x.person) OR EXISTS (
        SELECT FROM funds_decision c WHERE c.disbursement_id = d.id
            AND ({same_person("c.decided_by_id", "x.person")} OR {signed_for("c", "x.person")})))
    ORDER BY d.id
"""
_UNSANCTIONED = f"""
    SELECT format('request %%s: it is %%s %%s', d.number, d.state,
        CASE WHEN s.id IS NULL THEN 'without a sanction' ELSE 'and has a sanction' END)
    FROM funds_disbursement d LEFT JOIN funds_sanction s ON s.disbursement_id = d.id
    LEFT JOIN funds_cancellation x ON x.disbursement_id = d.id
    WHERE {_SCOPE} AND (s.id IS NOT NULL) <> (d.state IN ('sanctioned', 'vouchered', 'paid', 'cleared', 'acknowledged',
        'closed') OR (d.state = 'cancelled' AND coalesce(x.stage, '') NOT IN ('draft', 'returned'))) ORDER BY d.id
"""
WITH = ("lines", "submitted_papers__paper__kind", "submitted_waivers__waiver__kind", "findings__rule")
QUESTIONS = (
    _MISSING, _CHAIN, _DIGESTS, _HANDS, _TWICE, _SANCTIONER, _LIMIT, _COMMITTEE_LIMIT, _DELEGATED, _ISSUERS, IN_A_FREEZE,
    _UNSANCTIONED,
)  # fmt: skip


def approvals(request: int | None = None) -> Found:
    """Every decision, sanction and issuer, and each sanctioned content hashed again; of one request or of all."""
    values = {"request": request}
    found = [_changed(request)]
    if request is None:
        found.append(_minutes())
        found += [[f"{row.title.lower()}: {text}" for text in row.found] for row in duties_report.made().sections]
    return Found(count(_COUNT, values), offenders(QUESTIONS, values) + together(found))


def _papers(row: Disbursement) -> list[content.BoundPaper]:
    """What was prefetched, as `content.bound_papers` would ask for it."""
    bound = [each for each in row.submitted_papers.all() if each.submission == row.submission]
    papers = [each.paper for each in sorted(bound, key=lambda each: each.paper_id)]
    return [(paper.case_id, paper.kind.code, paper.sha256) for paper in papers]


def _answers(row: Disbursement) -> list[content.BoundAnswer]:
    """The same for what the rules of eligibility found."""
    bound = [each for each in row.findings.all() if each.submission == row.submission]
    found = sorted(bound, key=lambda each: each.pk)
    return [(each.case_id, each.rule.code, each.verdict, each.override_id) for each in found]


def _waivers(row: Disbursement) -> list[content.BoundWaiver]:
    """The same for the waivers that stood in for papers."""
    bound = [each for each in row.submitted_waivers.all() if each.submission == row.submission]
    found = [each.waiver for each in sorted(bound, key=lambda each: each.waiver_id)]
    return [(waiver.case_id, waiver.kind.code) for waiver in found]


def _changed(request: int | None) -> list[str]:
    """Requests under a digest that the rows as they are now do not have."""
    bound = Q(state__in=["submitted", "rejected"]) | Q(sanction__isnull=False)
    rows = Disbursement.objects.filter(bound)
    if request is not None:
        rows = rows.filter(pk=request)
    found: list[str] = []
    for row in rows.select_related("fund").order_by("pk").prefetch_related(*WITH).iterator(chunk_size=500):
        lines = sorted(row.lines.all(), key=lambda line: line.position)
        text = content.canonical(row, lines, _papers(row), _answers(row), _waivers(row))
        now = sha256(text.encode()).hexdigest()
        if now != row.digest and len(found) <= MOST:
            found.append(f"request {row.number}: its content is not what was approved")
    return found


def _minutes() -> list[str]:
    """Minutes that are not what their members signed."""
    rows = (
        Minutes.objects.filter(signatures__isnull=False).distinct().select_related("meeting__committee").order_by("pk")
    )
    return [f"{row}: not what was signed" for row in rows if agendas.digest_now(row) != row.digest][: MOST + 1]
