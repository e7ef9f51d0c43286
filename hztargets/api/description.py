"""What the OpenAPI description says first, in both languages."""

DESCRIPTION = """\
政策文件的目标、进展报告和亮灯，与页面同一套规则、同一组数字。

- 身份：程序用令牌 `Authorization: Token hzt_…`，由安全管理员在“接口令牌”页面发放；
  部门令牌按填报人办理，监督方令牌只读。人员用登录会话，写入时附 `X-CSRFToken`。
- 报送：`POST reports/` 建草稿，`POST reports/{id}/submit/` 提交；由督查室的人审核，
  令牌不能审核。`reports/preview/` 只看不写。
- 目标可写编号或 id，文件可写文号或 id（不写为报送期当年最新的文件），报送期写作 2024-07。
- 数值可写 JSON 数字，或带单位的文字，如 `"3.2亿元"`、`"１，２３４"`。
- 修改时带上读到的 `revision`，期间他人改过则答 409。
  `Idempotency-Key` 使重复的 POST 在 24 小时内无害。
- 错误一律为 RFC 9457 问题详情，中英文由 `Accept-Language` 决定，`code` 不变。
  看不到的等于不存在：404。请求过密答 429，`Retry-After` 秒后再试。

Goals, reports and lights of policy documents, by the same rules and with the same figures as the pages.

- Who asks: programs send `Authorization: Token hzt_…`, issued by the security administrator on the page “API tokens”; a
  department's token acts like its clerk, one of the oversight side only reads. People use the session of the pages,
  with `X-CSRFToken` on writes.
- Filing: `POST reports/` makes a draft, `POST reports/{id}/submit/` hands it in. A person of the office reviews it; a
  token cannot. `reports/preview/` looks and writes nothing.
- A goal goes by code or id, a document by number or id (left out: the latest of the period's year), a period as
  2024-07.
- A figure is a JSON number, or a text with its unit such as `"3.2亿元"` or `"１，２３４"`.
- A change carries the `revision` it is based on and is answered 409 when somebody else saved in between.
  `Idempotency-Key` makes a repeated POST harmless for 24 hours.
- Errors are problem details (RFC 9457), Chinese or English by `Accept-Language`; `code` is stable. What one may not see
  does not exist: 404. Too many requests are answered 429 with `Retry-After`.
"""
