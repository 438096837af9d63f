/* Where callbacks may go: addresses and URLs that try to look harmless. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "app/outbox.h"
#include "unit.h"

static bool private_of(const char *text)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return ho_address_is_private((const struct sockaddr *)&v4);
	if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
		fail_msg("not an address: %s", text);
	return ho_address_is_private((const struct sockaddr *)&v6);
}

static void private_addresses(void **state)
{
	static const char *const table[] = {
	    "0.0.0.0",
	    "0.1.2.3",
	    "10.0.0.1",
	    "10.255.255.255",
	    "100.64.0.1",
	    "100.127.255.255",
	    "127.0.0.1",
	    "127.255.255.254",
	    "169.254.169.254",
	    "172.16.0.1",
	    "172.31.255.255",
	    "192.0.0.8",
	    "192.0.2.1",
	    "192.88.99.1",
	    "192.168.1.1",
	    "198.18.0.1",
	    "198.19.255.255",
	    "198.51.100.7",
	    "203.0.113.9",
	    "224.0.0.1",
	    "239.255.255.255",
	    "240.0.0.1",
	    "255.255.255.255",
	    /* IPv6 */
	    "::",
	    "::1",
	    "::127.0.0.1",
	    "::8.8.8.8",
	    "100::1",
	    "fc00::1",
	    "fd12:3456::1",
	    "fe80::1",
	    "febf::1",
	    "fec0::1",
	    "ff02::1",
	    "2001:db8::1",
	    "3fff::1",
	    "3fff:fff::1",
	    "2001::1",
	    "2001:10::1",
	    "5f00::1",
	    "64:ff9b:1::1",
	    /* IPv4 inside: mapped, NAT64, 6to4, ISATAP */
	    "::ffff:127.0.0.1",
	    "::ffff:10.1.2.3",
	    "::ffff:169.254.169.254",
	    "64:ff9b::127.0.0.1",
	    "64:ff9b::10.0.0.1",
	    "2002:7f00:1::",
	    "2002:a00:1::1",
	    "2002:c0a8:101::1",
	    "2600::5efe:10.0.0.1",
	    "2600::200:5efe:127.0.0.1",
	};
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (!private_of(table[i]))
			fail_msg("taken for public: %s", table[i]);
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	assert_true(ho_address_is_private((const struct sockaddr *)&local));
}

static void public_addresses(void **state)
{
	static const char *const table[] = {
	    "1.1.1.1",
	    "8.8.8.8",
	    "9.255.255.255",
	    "11.0.0.0",
	    "100.63.255.255",
	    "100.128.0.0",
	    "126.255.255.255",
	    "128.0.0.1",
	    "169.253.255.255",
	    "172.15.255.255",
	    "172.32.0.0",
	    "192.0.1.1",
	    "192.167.255.255",
	    "192.169.0.0",
	    "198.17.255.255",
	    "198.20.0.0",
	    "223.255.255.255",
	    "2606:4700:4700::1111",
	    "2a00:1450:4001:81b::200e",
	    "2001:4860:4860::8888",
	    "2001:200::1",
	    "::ffff:8.8.8.8",
	    "64:ff9b::8.8.8.8",
	    "2002:808:808::1",
	    "2600::5efe:8.8.8.8",
	};
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (private_of(table[i]))
			fail_msg("taken for private: %s", table[i]);
}

static const char *hosts[] = {"hooks.example.org", "*.example.com", "other.org:8443", "127.0.0.1",
                              "[2001:db8::1]:9000"};

static enum ho_status check(const char *url, bool private_ok)
{
	struct ho_task_settings settings;
	ho_task_settings_init(&settings);
	settings.callback_hosts = hosts;
	settings.callback_hosts_n = sizeof hosts / sizeof hosts[0];
	settings.callback_private = private_ok;
	return ho_callback_url_check(&settings, url, NULL);
}

static void urls(void **state)
{
	static const char *const good[] = {
	    "https://hooks.example.org",
	    "https://hooks.example.org/",
	    "https://HOOKS.Example.ORG/a/b?c=d&e=%20",
	    "https://hooks.example.org:443/x",
	    "https://a.example.com/",
	    "https://a.b.example.com/",
	    "https://other.org:8443/",
	    "https://127.0.0.1/",
	    "https://[2001:db8::1]:9000/x",
	    "https://hooks.example.org/@user:8080",
	    "https://hooks.example.org?x",
	};
	static const char *const bad[] = {
	    "",
	    "hooks.example.org",
	    "//hooks.example.org/",
	    "http://hooks.example.org/",
	    "ftp://hooks.example.org/",
	    "file:///etc/passwd",
	    "gopher://hooks.example.org/",
	    "https:hooks.example.org",
	    "https:/hooks.example.org/",
	    "https://hooks.example.org.evil.net/",
	    "https://evil.net/",
	    "https://evil.net/hooks.example.org",
	    "https://hooks.example.org@evil.net/",
	    "https://hooks.example.org:x@evil.net/",
	    "https://evil.net\\@hooks.example.org/",
	    "https://hooks.example.org\\.evil.net/",
	    "https://evil.net#@hooks.example.org/",
	    "https://hooks.example.org/#fragment",
	    "https://hooks.example.org:8443/",
	    "https://hooks.example.org:0/",
	    "https://hooks.example.org:65536/",
	    "https://hooks.example.org:/",
	    "https://hooks.example.org:443443/",
	    "https://hooks.example.org:+443/",
	    "https://other.org/",
	    "https://example.com/",
	    "https://.example.com/",
	    "https://a..example.com/",
	    "https://notexample.com/",
	    "https://hooks.example.org./",
	    "https://hooks%2eexample.org/",
	    "https://hooks.example.org /",
	    " https://hooks.example.org/",
	    "https://hooks.example.org/a b",
	    "https://hooks.example.org/\r\nHost: evil.net",
	    "https://hooks.example.org/\x7f",
	    "https://hooks.exämple.org/",
	    "https://[2001:db8::1]/",
	    "https://[2001:db8::1/",
	    "https://[::ffff:127.0.0.1]:9000/",
	    "https://[evil]:9000/",
	    "https://2130706433/",
	    "https://0x7f.1/",
	    "https://127.1/",
	    "https://017700000001/",
	    "https:///",
	    "https://?x",
	    "https://:443/",
	    "https://127.0.0.1:8080/",
	};
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		if (check(good[i], false) != HO_OK)
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (check(bad[i], false) != HO_EINVAL)
			fail_msg("allowed: %s", bad[i]);
	/* For trials on one machine: http and any port, of listed hosts only. */
	assert_int_equal(check("http://127.0.0.1:8080/x", true), HO_OK);
	assert_int_equal(check("http://hooks.example.org/", true), HO_OK);
	assert_int_equal(check("http://other.org/", true), HO_EINVAL); /* listed with another port */
	assert_int_equal(check("http://127.0.0.2:8080/x", true), HO_EINVAL);
	assert_int_equal(check("file:///etc/passwd", true), HO_EINVAL);
}

static void url_limits(void **state)
{
	struct ho_task_settings settings;
	struct ho_error err;
	char url[3000], host[300];
	(void)state;
	ho_task_settings_init(&settings); /* no hosts: no callbacks */
	assert_int_equal(ho_callback_url_check(&settings, "https://hooks.example.org/", &err), HO_EINVAL);
	assert_non_null(strstr(err.message, "callback_hosts"));
	memset(url, 'a', sizeof url);
	memcpy(url, "https://hooks.example.org/", 26);
	url[2000] = '\0';
	assert_int_equal(check(url, false), HO_OK);
	url[2000] = 'a';
	url[2001] = '\0';
	assert_int_equal(check(url, false), HO_EINVAL);
	assert_true(ho_callback_url_host(host, "https://Hooks.Example.org/x"));
	assert_string_equal(host, "hooks.example.org:443");
	assert_true(ho_callback_url_host(host, "http://[::1]:80/x"));
	assert_string_equal(host, "[::1]:80");
	assert_false(ho_callback_url_host(host, "https://a@b/"));
	assert_string_equal(host, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(private_addresses), cmocka_unit_test(public_addresses),
	                                   cmocka_unit_test(urls), cmocka_unit_test(url_limits)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
