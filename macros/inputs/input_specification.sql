{#- Our column names, input by input: the type that staging casts to, whether a
    user's table must have it, and the names under which others keep it (lower
    case, letters and digits only), from which check_inputs guesses. -#}
{% macro input_specification() %}
    {% set specification = {
        'order_lines': {
            'order_id': {'type': 'text', 'is_required': true, 'aliases': [
                'invoiceno', 'invoice', 'invoiceid', 'invoicenumber', 'order',
                'orderno', 'ordernumber', 'transactionid', 'basketid',
                'receiptid'
            ]},
            'customer_id': {'type': 'text', 'is_required': true, 'aliases': [
                'customer', 'customerno', 'customernumber', 'userid', 'user',
                'clientid', 'client', 'memberid', 'membernumber', 'accountid',
                'buyerid', 'custid'
            ]},
            'product_id': {'type': 'text', 'aliases': [
                'stockcode', 'sku', 'productcode', 'itemid', 'itemcode', 'item',
                'articleid', 'articlenumber', 'product'
            ]},
            'product_name': {'type': 'text', 'aliases': [
                'description', 'productdescription', 'producttitle',
                'itemdescription', 'itemname', 'articlename', 'name', 'title'
            ]},
            'quantity': {'type': 'decimal', 'is_required': true, 'aliases': [
                'qty', 'units', 'unitssold', 'amountofitems', 'count', 'pieces'
            ]},
            'unit_price': {'type': 'decimal', 'is_required': true, 'aliases': [
                'price', 'itemprice', 'priceperunit', 'unitamount',
                'sellingprice', 'priceeach'
            ]},
            'ordered_at': {'type': 'timestamp', 'is_required': true, 'aliases': [
                'invoicedate', 'orderdate', 'date', 'transactiondate',
                'purchasedate', 'orderedon', 'orderdatetime', 'ordertime',
                'createdat', 'timestamp', 'datetime'
            ]},
            'country': {'type': 'text', 'aliases': [
                'countryname', 'region', 'shippingcountry', 'billingcountry',
                'countrycode'
            ]},
        },
        'customers': {
            'customer_id': {'type': 'text', 'is_required': true, 'aliases': [
                'customer', 'customerno', 'customernumber', 'userid', 'user',
                'clientid', 'client', 'memberid', 'membernumber', 'accountid',
                'buyerid', 'custid', 'id'
            ]},
            'birth_date': {'type': 'date', 'aliases': [
                'birthdate', 'dateofbirth', 'dob', 'birthday', 'born'
            ]},
            'age': {'type': 'decimal', 'aliases': ['ageyears', 'customerage']},
            'annual_income': {'type': 'decimal', 'aliases': [
                'income', 'yearlyincome', 'salary', 'householdincome'
            ]},
            'region': {'type': 'text', 'aliases': ['area', 'territory']},
            'country': {'type': 'text', 'aliases': [
                'countryname', 'countrycode', 'nation'
            ]},
            'state': {'type': 'text', 'aliases': [
                'province', 'county', 'federalstate'
            ]},
            'postal_code': {'type': 'text', 'aliases': [
                'postcode', 'zip', 'zipcode', 'plz'
            ]},
            'spending_score': {'type': 'decimal', 'aliases': [
                'spendingscore1100', 'score'
            ]},
            'purchase_propensity': {'type': 'decimal', 'aliases': [
                'propensity', 'purchaseprobability', 'buyprobability'
            ]},
        },
        'customer_totals': {
            'customer_id': {'type': 'text', 'is_required': true, 'aliases': [
                'customer', 'userid', 'clientid', 'accountid', 'custid'
            ]},
            'products_purchased': {'type': 'decimal', 'is_required': true,
                'aliases': ['products', 'productcount', 'itemspurchased']},
            'complaints': {'type': 'decimal', 'is_required': true,
                'aliases': ['complains', 'complaintcount', 'tickets']},
            'money_spent': {'type': 'decimal', 'is_required': true,
                'aliases': ['spend', 'totalspend', 'totalsales', 'revenue']},
        },
        'complaints': {
            'complaint_id': {'type': 'text', 'is_required': true,
                'aliases': ['ticketid', 'caseid', 'id']},
            'customer_id': {'type': 'text', 'is_required': true, 'aliases': [
                'customer', 'userid', 'clientid', 'accountid', 'custid'
            ]},
            'complained_at': {'type': 'timestamp', 'is_required': true,
                'aliases': ['createdat', 'complaintdate', 'date', 'openedat']},
        },
        'survey_responses': {
            'respondent_id': {'type': 'text', 'is_required': true,
                'aliases': ['respondent', 'participantid', 'id']},
            'question_id': {'type': 'text', 'is_required': true,
                'aliases': ['question', 'item', 'questioncode']},
            'rating': {'type': 'decimal', 'is_required': true,
                'aliases': ['answer', 'score', 'value', 'response']},
        },
        'survey_questions': {
            'question_id': {'type': 'text', 'is_required': true,
                'aliases': ['question', 'item', 'questioncode']},
            'question_text': {'type': 'text', 'is_required': true,
                'aliases': ['text', 'wording', 'questionwording']},
            'polarity': {'type': 'decimal', 'is_required': true,
                'aliases': ['direction', 'sign']},
        },
        'feature_sample': {
            'feature_set': {'type': 'text', 'is_required': true, 'aliases': []},
            'entity_id': {'type': 'text', 'is_required': true, 'aliases': []},
            'feature': {'type': 'text', 'is_required': true, 'aliases': []},
            'value': {'type': 'double', 'is_required': true, 'aliases': []},
            'as_of_date': {'type': 'date', 'is_required': true, 'aliases': []},
            'settings': {'type': 'text', 'aliases': []},
        },
    } %}
    {% for feature in customer_segmentation.further_features()
        if feature not in specification.customers %}
        {% do specification.customers.update(
            {feature: {'type': 'decimal', 'aliases': [], 'is_further': true}}
        ) %}
    {% endfor %}
    {{ return(specification) }}
{% endmacro %}
